# SPDX-License-Identifier: GPL-2.0-or-later
"""`run_job` against the fake engine: every way a run can end, and that nothing is left over."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from orthoscribe.plugin.engine_client.environment import NO_ENGINE
from orthoscribe.plugin.engine_client.exchange import Timeouts
from orthoscribe.plugin.engine_client.run import run_job
from orthoscribe.plugin.protocol import (
    Artifact,
    Canceled,
    Failed,
    Finished,
    Hello,
    Log,
    Progress,
    job_to_json,
)

ROOT = Path(__file__).resolve().parents[2]
LINES = len((ROOT / "tests" / "transcripts" / "label_finished.jsonl").read_text().splitlines())


def never():
    return False


def after(seconds):
    end_s = time.monotonic() + seconds
    return lambda: time.monotonic() > end_s


@pytest.fixture
def run(job, fake_engine, tmp_path):
    """Run the fake; return its outcome, the events heard, and the pid of the fake."""

    def run(*flags, is_canceled=never, on_event=None, **options):
        events, notes = [], tmp_path / "notes.jsonl"
        command = fake_engine("--record", notes, *flags)
        outcome = run_job(job, on_event or events.append, is_canceled, command=command, **options)
        told = (
            [json.loads(line) for line in notes.read_text().splitlines()] if notes.exists() else []
        )
        return outcome, events, told

    return run


def test_run_returns_outcome_of_transcript(run, job):
    outcome, events, told = run()
    assert outcome.end == Finished(12.5)
    assert outcome.artifacts["classes"] == "/results/classes.tif"
    assert outcome.metrics == {"building_area_m2": 1234.5}
    assert len(outcome.warnings) == 1
    assert isinstance(events[0], Hello)
    assert events[-1] == outcome.end
    assert len(events) == LINES
    assert told[0]["told"] == json.loads(job_to_json(job))
    assert told[0]["folder"] == str(ROOT)


@pytest.mark.parametrize(
    ("transcript", "end"),
    [
        ("label_canceled.jsonl", Canceled),
        ("label_failed.jsonl", Failed),
        ("label_bug.jsonl", Failed),
        ("label_newer_engine.jsonl", Finished),
    ],
)
def test_run_digests_every_transcript(run, transcript, end):
    outcome, _, _ = run("--replay", transcript)
    assert isinstance(outcome.end, end)


def test_run_skips_what_it_does_not_know_but_logs_it(run):
    _, events, _ = run("--replay", "label_newer_engine.jsonl")
    logged = [event.message for event in events if isinstance(event, Log)]
    assert any("a line that is no event at all" in message for message in logged)
    assert any(isinstance(event, Artifact) for event in events)


def test_run_survives_garbage_on_stdout(run):
    outcome, events, _ = run("--garbage")
    assert outcome.is_finished
    stray = [event for event in events if isinstance(event, Log) and event.level == "debug"]
    assert 0 < len(stray) <= 100
    assert max(len(event.message) for event in stray) < 600


def test_run_survives_flood_on_stderr(run):
    outcome, _, _ = run("--flood-mb", 50)
    assert outcome.is_finished


def test_crash_keeps_last_lines_of_flooded_stderr_only(run):
    outcome, _, _ = run("--flood-mb", 2, "--exit-at", 3, "--exit-code", 7)
    assert outcome.failure.detail.endswith("the last words")
    assert len(outcome.failure.detail.splitlines()) == 200
    assert outcome.failure.exit_code == 7


@pytest.mark.parametrize("line", random.Random(7).choices(range(1, LINES), k=20))
def test_killed_engine_is_reported_wherever_it_dies(run, line):
    outcome, events, _ = run("--kill-at", line)
    assert outcome.failure.reason == "crash"
    assert outcome.failure.exit_code == -9
    assert "memory" in outcome.failure.message
    assert len(events) == line + 1  # nothing said before the death is lost
    assert events[-1] == outcome.end


def test_engine_killed_before_hello_is_reported(run):
    outcome, _, _ = run("--kill-at", 0)
    assert outcome.failure.reason == "crash"


def test_engine_that_exits_silently_is_reported(run):
    outcome, _, _ = run("--exit-at", 5)
    assert outcome.failure.reason == "crash"
    assert "without finishing" in outcome.failure.message


def test_torn_last_line_is_no_event(run):
    outcome, events, _ = run("--replay", "label_crashed.jsonl", "--kill-at", 4)
    assert outcome.failure.exit_code == -9
    assert [event.fraction for event in events if isinstance(event, Progress)] == [0.0, 0.25]


def test_cancel_is_a_line_and_returns_canceled(run):
    start_s = time.monotonic()
    outcome, _, told = run("--pause", 0.2, is_canceled=after(0.5))
    assert time.monotonic() - start_s < 2.0
    assert outcome.is_canceled
    assert told[-1]["told"] == {"kind": "cancel"}


def test_engine_that_publishes_may_finish_after_cancel(run):
    outcome, _, told = run("--deaf", "--pause", 0.25, is_canceled=after(0.5))
    assert told[-1]["told"] == {"kind": "cancel"}
    assert outcome.is_finished
    assert outcome.artifacts["report"] == "/results/report.json"


def test_deaf_engine_is_gone_after_patience(run, is_alive):
    canceled_s = []

    def is_canceled():
        if time.monotonic() > start_s + 0.5:
            canceled_s.append(time.monotonic())
        return bool(canceled_s)

    start_s = time.monotonic()
    timeouts = Timeouts(cancel_s=0.6)
    outcome, _, told = run("--deaf", "--hang-at", 3, is_canceled=is_canceled, timeouts=timeouts)
    assert time.monotonic() - canceled_s[0] < 1.5
    assert outcome.is_canceled
    assert not is_alive(told[0]["pid"])


def test_cancel_before_hello_ends_engine_at_once(run):
    start_s = time.monotonic()
    outcome, _, _ = run("--hang-at", 0, is_canceled=after(0.3))
    assert outcome.is_canceled
    assert time.monotonic() - start_s < 1.5


def test_crash_after_cancel_is_a_cancellation(run):
    outcome, _, _ = run("--deaf", "--pause", 0.2, "--kill-at", 4, is_canceled=after(0.5))
    assert outcome.is_canceled


def test_silent_engine_fails_after_patience(run):
    outcome, _, _ = run("--hang-at", 0, timeouts=Timeouts(hello_s=0.4))
    assert outcome.failure.reason == "engine"
    assert "did not start" in outcome.failure.message


def test_other_protocol_is_refused_before_the_job_is_sent(run):
    outcome, _, told = run("--protocol", 99)
    assert "protocol 99" in outcome.failure.message
    assert told == []


def test_missing_interpreter_is_a_sentence(job, tmp_path):
    command = [str(tmp_path / "gone" / "python"), "-m", "engine"]
    outcome = run_job(job, lambda _: None, never, command=command)
    assert "missing" in outcome.failure.message
    assert str(tmp_path) in outcome.failure.message


def test_engine_not_installed_is_a_sentence(job, tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    events = []
    outcome = run_job(job, events.append, never)
    assert outcome.failure.message == NO_ENGINE
    assert events == [outcome.end]


def test_error_in_callback_is_raised_and_engine_gone(job, fake_engine, tmp_path, is_alive):
    notes = tmp_path / "notes.jsonl"

    def stumble(event):
        if isinstance(event, Progress):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_job(job, stumble, never, command=fake_engine("--record", notes, "--hang-at", 3))
    assert not is_alive(json.loads(notes.read_text())["pid"])


def test_child_of_engine_that_holds_the_pipes_delays_nothing(run):
    start_s = time.monotonic()
    outcome, _, _ = run("--child")
    assert outcome.is_finished
    assert time.monotonic() - start_s < 3.0


def test_run_leaves_no_thread_descriptor_or_setting(run):
    run()
    before = (dict(os.environ), list(sys.path), len(list(Path("/proc/self/fd").iterdir())))
    for _ in range(5):
        run()
    assert (dict(os.environ), list(sys.path), len(list(Path("/proc/self/fd").iterdir()))) == before


def test_killing_the_host_ends_the_engine(fake_engine, tmp_path, is_alive):
    notes = tmp_path / "notes.jsonl"
    command = fake_engine("--record", notes, "--hang-at", 3)
    script = f"""
import sys
sys.path.insert(0, {str(ROOT / "tests")!r})
import conftest
from orthoscribe.plugin.engine_client.environment import NO_ENGINE
from orthoscribe.plugin.engine_client.run import run_job
from orthoscribe.plugin.protocol import SceneJob
run_job(SceneJob(output="out"), lambda _: None, lambda: False, command={command!r})
"""
    host = subprocess.Popen([sys.executable, "-c", script])
    while not notes.exists() or not notes.read_text().endswith("\n"):
        assert host.poll() is None
        time.sleep(0.05)
    engine = json.loads(notes.read_text())["pid"]
    assert is_alive(engine)
    host.kill()
    host.wait()
    deadline_s = time.monotonic() + 5.0
    while is_alive(engine) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not is_alive(engine)
