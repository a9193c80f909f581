# SPDX-License-Identifier: GPL-2.0-or-later
"""`WarmEngine` against the fake engine: one process for several jobs, replaced when it dies."""

import json
import os
import threading
import time

import pytest
from orthoscribe.plugin.engine_client.environment import NO_ENGINE
from orthoscribe.plugin.engine_client.exchange import Timeouts
from orthoscribe.plugin.engine_client.usage import is_engine_in_use
from orthoscribe.plugin.engine_client.warm_engine import WarmEngine
from orthoscribe.plugin.protocol import Canceled, Failed, Hello, Progress

WAIT_S = 5.0


def never():
    return False


def wait_until(is_so):
    deadline_s = time.monotonic() + WAIT_S
    while not is_so():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


class Engine:
    """A warm engine on the fake, and the jobs that the fake has received."""

    def __init__(self, command, notes, **options):
        self.warm = WarmEngine(command, **options)
        self._notes = notes

    def run(self, job, on_event=lambda _: None, is_canceled=never):
        return self.warm.run(job, on_event, is_canceled)

    def pids(self):
        """Return the process that received each job, in order."""
        lines = self._notes.read_text().splitlines() if self._notes.exists() else []
        notes = [json.loads(line) for line in lines]
        return [note["pid"] for note in notes if note["told"]["kind"] not in ("cancel", "stop")]

    def told(self):
        """Return the kind of each line that was received."""
        return [json.loads(line)["told"]["kind"] for line in self._notes.read_text().splitlines()]


@pytest.fixture
def start(fake_engine, tmp_path):
    """Return a function from the fake's flags to an engine; all are ended after the test."""
    engines = []

    def start(*flags, **options):
        notes = tmp_path / f"notes{len(engines)}.jsonl"
        command = fake_engine("--hosted", "--record", notes, *flags)
        engines.append(Engine(command, notes, **options))
        return engines[-1]

    yield start
    for engine in engines:
        engine.warm.teardown()


def test_jobs_share_a_process_and_have_all_their_events(start, job):
    engine, first, second = start(), [], []
    assert engine.run(job, first.append).is_finished
    assert engine.run(job, second.append).is_finished
    assert first == second
    assert isinstance(first[0], Hello)
    assert len(set(engine.pids())) == 1
    assert len(engine.pids()) == 2


def test_teardown_ends_the_idle_process_within_a_second(start, job, is_alive):
    engine = start()
    engine.run(job)
    assert is_alive(engine.pids()[0])
    start_s = time.monotonic()
    engine.warm.teardown()
    assert not is_alive(engine.pids()[0])
    assert time.monotonic() - start_s < 1.0


def test_process_is_ended_if_the_job_ends_after_teardown(start, job, is_alive):
    engine = start("--pause", 0.1)
    thread = threading.Thread(target=engine.run, args=(job,))
    thread.start()
    wait_until(engine.pids)
    engine.warm.teardown()
    thread.join(WAIT_S)
    assert not thread.is_alive()
    assert not is_alive(engine.pids()[0])


def test_process_that_died_between_jobs_is_replaced(start, job, is_alive):
    engine = start()
    engine.run(job)
    os.kill(engine.pids()[0], 9)
    wait_until(lambda: not is_alive(engine.pids()[0]))
    assert engine.run(job).is_finished
    assert len(set(engine.pids())) == 2


def test_death_in_a_job_is_a_crash_with_the_last_lines_and_the_next_job_succeeds(start, job):
    engine = start("--kill-at", 4, "--kill-in-job", 2)
    assert engine.run(job).is_finished
    crashed = engine.run(job)
    assert crashed.failure.reason == "crash"
    assert crashed.failure.exit_code == -9
    assert crashed.failure.detail == "job 2"  # not the lines of the job before
    assert engine.run(job).is_finished
    first, second, third = engine.pids()
    assert first == second != third


def test_canceled_job_leaves_the_process_to_the_next(start, job):
    engine = start("--hang-at", 4, "--hang-in-job", 1)
    seen = []
    canceled = engine.run(job, seen.append, lambda: any(isinstance(e, Progress) for e in seen))
    assert canceled.end == Canceled()
    assert engine.run(job).is_finished
    assert len(set(engine.pids())) == 1


def test_stop_line_is_sent_once_and_the_job_finishes(start, job):
    engine, seen = start("--pause", 0.15), []

    def is_stopped():
        return any(isinstance(event, Progress) for event in seen)

    assert engine.warm.run(job, seen.append, never, is_stopped).is_finished
    assert engine.told() == [job.kind, "stop"]


def test_engine_that_ignores_a_cancel_is_killed_and_replaced(start, job, is_alive):
    engine = start("--deaf", "--hang-at", 4, "--hang-in-job", 1, timeouts=Timeouts(cancel_s=0.3))
    seen = []
    canceled = engine.run(job, seen.append, lambda: any(isinstance(e, Progress) for e in seen))
    assert canceled.end == Canceled()
    assert not is_alive(engine.pids()[0])


@pytest.mark.parametrize(("reason", "is_kept"), [("input", True), ("memory", False)])
def test_process_is_kept_after_a_failure_unless_it_may_be_damaged(start, job, reason, is_kept):
    engine = start("--fail", reason)
    assert engine.run(job).failure.reason == reason
    engine.run(job)
    first, second = engine.pids()
    assert (first == second) == is_kept


def test_other_protocol_is_refused_and_the_process_ended(start, job):
    engine = start("--protocol", 99)
    for _ in range(2):
        assert "protocol 99" in engine.run(job).failure.message
    assert engine.pids() == []


def test_process_ends_after_the_idle_time(start, job, is_alive):
    engine = start(idle_s=0.2)
    engine.run(job)
    wait_until(lambda: not is_alive(engine.pids()[0]))
    assert engine.run(job).is_finished


def test_idle_engine_does_not_count_as_in_use_and_can_be_ended(start, job, is_alive):
    engine = start()
    engine.run(job, lambda _: is_engine_in_use() or pytest.fail("A job is running."))
    assert not is_engine_in_use()
    engine.warm.end_idle()
    assert not is_alive(engine.pids()[0])


def test_prewarmed_process_gets_the_first_job(start, job, tmp_path):
    engine = start("--mark-start", tmp_path / "started")
    engine.warm.prewarm()
    wait_until((tmp_path / "started").exists)
    engine.warm.prewarm()
    assert engine.run(job).is_finished
    assert (tmp_path / "started").read_text().split() == [str(engine.pids()[0])]


def test_job_beside_another_has_its_own_process(start, job):
    engine = start("--pause", 0.05)
    thread = threading.Thread(target=engine.run, args=(job,))
    thread.start()
    wait_until(engine.pids)
    assert engine.run(job).is_finished
    thread.join(WAIT_S)
    assert len(set(engine.pids())) == 2


def test_error_in_callback_is_raised_and_the_process_replaced(start, job, is_alive):
    engine = start()

    def stumble(event):
        if isinstance(event, Progress):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.run(job, stumble)
    assert not is_alive(engine.pids()[0])
    assert engine.run(job).is_finished


def test_missing_engine_is_a_sentence_and_prewarming_does_nothing(job, tmp_path, monkeypatch):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    warm, events = WarmEngine(), []
    warm.prewarm()
    assert warm.run(job, events.append, never).end == Failed("engine", NO_ENGINE)
    assert events == [Failed("engine", NO_ENGINE)]
