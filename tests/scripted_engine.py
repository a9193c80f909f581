"""An engine whose jobs are scripted: `python scripted_engine.py hosted|shell SCENARIO ...`.

Everything but the job itself is the engine's own: channel, reporter, listener, watchdog. The
repository's root must be on PYTHONPATH.
"""

import contextlib
import ctypes
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from engine.cli.foreground import run_in_foreground
from engine.process.channel import own_stdin, own_stdout
from engine.process.cleanup import cleaned_up_by
from engine.process.gate import publishing_gate
from engine.process.hosted import Hosted
from engine.process.orphan import when_orphaned
from engine.process.signals import listen_for_signals
from engine.protocol import InputError, SceneJob

PARENT = os.getppid()
TRANSCRIPTS = Path(__file__).resolve().parent / "transcripts"


def replay(_job, reporter):
    """Say what a golden transcript says, through the verbs that recipes use."""
    verbs = {
        "progress": reporter.progress,
        "log": reporter.log,
        "metric": reporter.metric,
        "artifact": lambda role, path: reporter.artifact(role, Path(path)),
        "failed": fail,
        "canceled": lambda: until_canceled(reporter),
        "finished": lambda **_: None,
    }
    for line in (TRANSCRIPTS / sys.argv[3]).read_text().splitlines():
        words = json.loads(line)
        kind = words.pop("kind")
        if kind != "hello":
            verbs[kind](**words)


def fail(reason, message, **_):
    if reason == "bug":
        1 / 0  # noqa: B018
    raise InputError(message)


def wait_for_cancel(_job, reporter):
    reporter.progress(0.0, "waiting")
    until_canceled(reporter)


def train_until_stopped(_job, reporter):
    """Go on until it should end early, as a training does; then finish."""
    reporter.progress(0.0, "training")
    while not reporter.cancellation.is_early_end_requested:
        reporter.raise_if_canceled()
        time.sleep(0.01)
    reporter.metric("kept_steps", 5)


def until_canceled(reporter):
    while True:
        reporter.raise_if_canceled()
        time.sleep(0.01)


def hang(job, reporter):
    """Never look at the cancellation, as one long call of torch would not; own a file aside."""
    aside = Path(job.output)
    aside.write_text("unfinished")
    with cleaned_up_by(lambda: aside.unlink(missing_ok=True)):
        reporter.progress(0.5, "hanging")
        time.sleep(60)


def hang_with_bad_hook(job, reporter):
    def never_returns():
        time.sleep(60)

    with cleaned_up_by(never_returns):
        hang(job, reporter)


def publish_slowly(job, reporter):
    publishing_gate.enter()
    reporter.progress(0.9, "publishing")
    time.sleep(1.6)
    Path(job.output).write_text("finished")


def publish_very_slowly(job, reporter):
    """Take longer over the renames than anybody would be patient."""
    publishing_gate.enter()
    reporter.progress(0.9, "publishing")
    time.sleep(6)
    Path(job.output).write_text("finished")


def tidy_up_slowly(job, reporter):
    """Take longer than anybody's grace after the results got their final names."""
    publishing_gate.enter()
    Path(job.output).write_text("finished")
    reporter.progress(0.9, "published")
    time.sleep(1.6)


def print_everywhere(_job, _reporter):
    print("from python")  # noqa: T201
    os.write(1, b"from descriptor 1\n")
    libc = ctypes.CDLL(None)
    libc.puts(b"from C")
    libc.fflush(None)
    subprocess.run(["/bin/echo", "from a child"], check=True)


def read_stdin(_job, reporter):
    reporter.log("info", f"stdin has {sys.stdin.read()!r}")


def run_out_of_memory(_job, _reporter):
    raise MemoryError


def lose_device(_job, _reporter):
    raise RuntimeError("CUDA error: an illegal memory access was encountered")


def exit_early(_job, _reporter):
    sys.exit(3)


def warn_from_threads(_job, reporter):
    def warn(number):
        for step in range(200):
            reporter.warn(f"thread {number} step {step} " + "x" * 500)

    threads = [threading.Thread(target=warn, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def succeed(_job, _reporter):
    pass


def fail_on_input(_job, _reporter):
    raise InputError("The image is not there.")


def meet_bug(_job, _reporter):
    raise ZeroDivisionError("division by zero")


def report_everything(job, reporter):
    for step in range(101):
        reporter.progress(step / 100, "working")
        if step == 50:
            reporter.warn("Half of it is strange.")
    reporter.log("info", "Nearly there.")
    reporter.log("debug", "Nobody reads this.")
    reporter.artifact("classes", Path(job.output) / "classes.tif")


def leave_a_result(job, reporter):
    """Say a lot, then leave a file; whatever happens to the words, the file counts."""
    for step in range(101):
        reporter.progress(step / 100, f"step {step}")
        reporter.warn("x" * 2000)
    sys.stderr.write("from python\n")
    print("from python, to be flushed")  # noqa: T201
    Path(job.output).write_text("finished")
    reporter.artifact("classes", job.output)


def print_into_first_file(job, _reporter):
    with Path(job.output).open("w") as file:
        file.write("finished")
        file.flush()
        for descriptor in (1, 2):
            with contextlib.suppress(OSError):
                os.write(descriptor, b"from a library")


def take_a_second(job, reporter):
    reporter.progress(0.5, "working")
    time.sleep(1)
    reporter.raise_if_canceled()
    Path(job.output).write_text("finished")


def host(run):
    hosted = Hosted(own_stdout(), run)
    lines = own_stdin()
    listen_for_signals(lambda _number: hosted.stop())
    when_orphaned(hosted.stop, PARENT)
    hosted.serve(lines)


def shell(run):
    sys.exit(run_in_foreground(SceneJob(output=sys.argv[3]), own_stdout(), run))


{"hosted": host, "shell": shell}[sys.argv[1]](globals()[sys.argv[2]])
