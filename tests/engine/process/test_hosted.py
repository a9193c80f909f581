import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from orthoscribe.engine.process.hosted import Hosted
from orthoscribe.engine.protocol import (
    CANCEL_LINE,
    STOP_LINE,
    SceneJob,
    event_from_line,
    job_to_line,
)

pytestmark = pytest.mark.timed

ROOT = Path(__file__).resolve().parents[3]
CHILD = ROOT / "tests" / "scripted_engine.py"
TRANSCRIPTS = ROOT / "tests" / "transcripts"
JOB_LINE = job_to_line(SceneJob(output="/nowhere"))


class Host:
    """The other end of the pipes."""

    def __init__(self, *scenario):
        self.process = subprocess.Popen(
            [sys.executable, str(CHILD), "hosted", *scenario],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.too_long = threading.Timer(20, self.process.kill)  # fail instead of waiting forever
        self.too_long.start()

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear_next(self):
        """Return the next event as a dictionary."""
        return json.loads(self.process.stdout.readline())

    def hear(self):
        """Return the events up to the end of the job, as dictionaries."""
        heard = []
        while not heard or not event_from_line(json.dumps(heard[-1])).is_terminal:
            heard.append(self.hear_next())
        return heard

    def leave(self):
        """Close stdin; return whatever else is said."""
        out, err = self.process.communicate(timeout=10)
        return out, err


@pytest.fixture
def host_of():
    hosts = []

    def start(*scenario):
        hosts.append(Host(*scenario))
        return hosts[-1]

    yield start
    for host in hosts:
        host.too_long.cancel()
        host.process.kill()
        host.process.wait()
        for pipe in (host.process.stdin, host.process.stdout, host.process.stderr):
            pipe.close()


def golden(name):
    lines = (TRANSCRIPTS / name).read_text().splitlines()
    return [words for words in map(json.loads, lines) if words["kind"] != "hello"]


def without_luck(events):
    """Drop what differs from run to run: times and tracebacks."""
    return [
        {key: value for key, value in words.items() if key not in ("elapsed_s", "detail")}
        for words in events
    ]


@pytest.mark.parametrize("name", ["label_finished.jsonl", "label_failed.jsonl", "label_bug.jsonl"])
def test_engine_emits_golden_transcript(host_of, name):
    host = host_of("replay", name)
    host.say(JOB_LINE)
    heard = host.hear()
    assert [list(words) for words in heard] == [list(words) for words in golden(name)]
    assert without_luck(heard) == without_luck(golden(name))


def test_engine_emits_golden_transcript_when_canceled(host_of):
    host = host_of("replay", "label_canceled.jsonl")
    expected = golden("label_canceled.jsonl")
    host.say(JOB_LINE)
    heard = [json.loads(host.process.stdout.readline()) for _ in expected[:-1]]
    host.say(CANCEL_LINE)
    assert heard + host.hear() == expected


def test_cancel_between_tiles_keeps_engine_warm(host_of):
    host = host_of("wait_for_cancel")
    for _ in range(2):
        host.say(JOB_LINE)
        assert host.hear_next()["stage"] == "waiting"
        host.say(CANCEL_LINE)
        assert host.hear() == [{"kind": "canceled"}]
    time.sleep(1.5)  # longer than the watchdog's grace
    assert host.process.poll() is None


def test_stop_ends_a_training_early_and_the_next_job_is_not_stopped(host_of):
    host = host_of("train_until_stopped")
    for end in ("finished", "finished", "canceled"):
        host.say(JOB_LINE)
        assert host.hear_next()["stage"] == "training"
        host.say(STOP_LINE if end == "finished" else CANCEL_LINE)
        assert host.hear()[-1]["kind"] == end


def test_stop_while_idle_does_nothing(host_of):
    host = host_of("succeed")
    host.say(STOP_LINE)
    host.say(JOB_LINE)
    assert host.hear()[-1]["kind"] == "finished"


def test_cancel_is_heard_in_every_spelling(host_of):
    host = host_of("wait_for_cancel")
    host.say(JOB_LINE)
    assert host.hear_next()["stage"] == "waiting"
    host.say('  {"kind":"cancel"}')
    assert host.hear() == [{"kind": "canceled"}]


def test_endless_line_is_answered_shortly(host_of):
    host = host_of("succeed")
    host.say('{"kind": "scene", "output": "' + "a" * 20_000_000 + '"}')
    (end,) = host.hear()
    assert end["reason"] == "job"
    assert len(end["message"]) < 200
    host.say(JOB_LINE)
    assert host.hear()[-1]["kind"] == "finished"


def test_cancel_while_idle_does_nothing(host_of):
    host = host_of("succeed")
    host.say(CANCEL_LINE)
    host.say(JOB_LINE)
    assert host.hear()[-1]["kind"] == "finished"


def test_cancel_of_stuck_job_ends_in_canceled_and_removes_unfinished_files(host_of, tmp_path):
    host = host_of("hang")
    aside = tmp_path / ".classes.part.tif"
    host.say(job_to_line(SceneJob(output=str(aside))))
    assert json.loads(host.process.stdout.readline())["stage"] == "hanging"
    assert aside.exists()
    start_s = time.monotonic()
    host.say(CANCEL_LINE)
    assert host.hear() == [{"kind": "canceled"}]
    assert host.process.wait(timeout=5) == 0
    assert time.monotonic() - start_s < 1.5
    assert not aside.exists()
    assert host.process.stdout.read() == ""


def test_cancel_is_answered_although_a_hook_hangs(host_of, tmp_path):
    host = host_of("hang_with_bad_hook")
    host.say(job_to_line(SceneJob(output=str(tmp_path / "aside"))))
    host.process.stdout.readline()
    start_s = time.monotonic()
    host.say(CANCEL_LINE)
    assert host.process.wait(timeout=5) == 0
    assert time.monotonic() - start_s < 2.0


@pytest.mark.parametrize("scenario", ["publish_slowly", "tidy_up_slowly"])
def test_job_that_is_publishing_is_let_finish_and_engine_lives_on(host_of, tmp_path, scenario):
    host = host_of(scenario)
    for number in range(2):
        result = tmp_path / f"classes{number}.tif"
        host.say(job_to_line(SceneJob(output=str(result))))
        host.process.stdout.readline()
        host.say(CANCEL_LINE)
        assert host.hear()[-1]["kind"] == "finished"
        assert result.read_text() == "finished"


def test_end_of_input_ends_idle_engine(host_of):
    host = host_of("succeed")
    host.say(JOB_LINE)
    host.hear()
    start_s = time.monotonic()
    assert host.leave() == ("", "")
    assert host.process.returncode == 0
    assert time.monotonic() - start_s < 1.0


@pytest.mark.parametrize("scenario", ["wait_for_cancel", "hang"])
def test_end_of_input_ends_running_job_within_two_seconds(host_of, tmp_path, scenario):
    host = host_of(scenario)
    aside = tmp_path / "aside"
    host.say(job_to_line(SceneJob(output=str(aside))))
    assert host.hear_next()["kind"] == "progress"
    start_s = time.monotonic()
    out, _ = host.leave()
    assert time.monotonic() - start_s < 2.0
    assert json.loads(out.splitlines()[-1]) == {"kind": "canceled"}
    assert not aside.exists()


def test_engine_ends_when_its_parent_is_killed_although_the_pipe_stays_open():
    reader, writer = os.pipe()  # we hold the writing end, as another child of the host would
    middle = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time\n"
            f"subprocess.Popen([sys.executable, {str(CHILD)!r}, 'hosted', 'succeed'])\n"
            "print('started', flush=True)\n"
            "time.sleep(60)",
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=reader,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert middle.stdout.readline() == "started\n"
    os.write(writer, f"{JOB_LINE}\n".encode())
    assert "finished" in middle.stdout.readline()  # the engine is up, and knows its parent
    middle.kill()
    middle.communicate(timeout=5)  # until the engine, which shares this pipe, has gone as well
    for descriptor in (reader, writer):
        os.close(descriptor)


def test_bad_job_line_fails_and_engine_lives_on(host_of):
    host = host_of("succeed")
    for line, word in [("nonsense", "JSON"), ('{"kind": "bake"}', "bake"), ("[1]", "object")]:
        host.say(line)
        (failed,) = host.hear()
        assert (failed["kind"], failed["reason"]) == ("failed", "job")
        assert word in failed["message"]
    host.say(JOB_LINE.replace("seed", "sede"))
    assert "did you mean 'seed'" in host.hear()[0]["message"]
    host.say("")
    host.say(JOB_LINE)
    assert host.hear()[-1]["kind"] == "finished"


def test_prints_of_anybody_land_in_the_log(host_of):
    host = host_of("print_everywhere")
    host.say(JOB_LINE)
    assert [words["kind"] for words in host.hear()] == ["finished"]
    out, err = host.leave()
    assert out == ""
    for who in ("python", "descriptor 1", "C", "a child"):
        assert f"from {who}\n" in err


def test_job_cannot_eat_job_lines(host_of):
    host = host_of("read_stdin")
    host.say(JOB_LINE)
    assert host.hear()[0]["message"] == "stdin has ''"


def test_memory_error_has_its_own_sentence(host_of):
    host = host_of("run_out_of_memory")
    host.say(JOB_LINE)
    (failed,) = host.hear()
    assert failed["reason"] == "memory"
    assert "smaller tile" in failed["message"]
    assert "MemoryError" in failed["detail"]


def test_exit_inside_a_job_is_a_bug_and_engine_lives_on(host_of):
    host = host_of("exit_early")
    for _ in range(2):
        host.say(JOB_LINE)
        assert host.hear()[-1]["reason"] == "bug"


def test_engine_ends_after_a_lost_device(host_of):
    host = host_of("lose_device")
    host.say(JOB_LINE)
    (failed,) = host.hear()
    assert failed["reason"] == "device"
    assert host.process.wait(timeout=5) == 0  # with our end of stdin still open
    assert host.process.stderr.read() == ""


def test_every_queued_job_ends_in_one_event(host_of):
    host = host_of("wait_for_cancel")
    for _ in range(3):
        host.say(JOB_LINE)
    assert host.hear_next()["stage"] == "waiting"
    host.say(CANCEL_LINE)
    assert [host.hear() for _ in range(3)] == [[{"kind": "canceled"}]] * 3


def test_lines_of_many_threads_stay_whole(host_of):
    host = host_of("warn_from_threads")
    host.say(JOB_LINE)
    heard = host.hear()
    assert len(heard) == 8 * 200 + 1


def test_terminate_signal_stops_a_stuck_engine(host_of, tmp_path):
    host = host_of("hang")
    host.say(job_to_line(SceneJob(output=str(tmp_path / "aside"))))
    host.process.stdout.readline()
    host.process.send_signal(signal.SIGTERM)
    assert host.hear() == [{"kind": "canceled"}]
    assert host.process.wait(timeout=5) == 0
    assert not (tmp_path / "aside").exists()


class Quiet:
    """A channel that keeps the kinds of the events that it is given."""

    def __init__(self):
        self.kinds = []

    def send(self, line):
        self.kinds.append(json.loads(line)["kind"])


def test_engine_prepares_before_the_first_job_and_tidies_up_after_the_last_event_of_each():
    channel, order = Quiet(), []
    hosted = Hosted(
        channel,
        lambda _job, _reporter: order.append("job"),
        prepare=lambda: order.append("prepare"),
        after_job=lambda: order.append(channel.kinds[-1]),
    )

    def lines():
        yield JOB_LINE
        yield JOB_LINE
        deadline_s = time.monotonic() + 5
        while len(order) < 5 and time.monotonic() < deadline_s:
            time.sleep(0.01)
        channel_closed.set()
        threading.Event().wait()  # the end of input would end the process of the tests

    channel_closed = threading.Event()
    threading.Thread(target=hosted.serve, args=(lines(),), daemon=True).start()
    assert channel_closed.wait(6)
    assert order == ["prepare", "job", "finished", "job", "finished"]
