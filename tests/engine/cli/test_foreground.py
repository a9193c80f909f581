import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.timed

ROOT = Path(__file__).resolve().parents[3]
CHILD = ROOT / "tests" / "scripted_engine.py"
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "60"}


def start(scenario, output, **streams):
    return subprocess.Popen(
        [sys.executable, str(CHILD), "shell", scenario, str(output)],
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **streams},
    )


def run(scenario, output):
    process = start(scenario, output)
    out, err = process.communicate(timeout=10)
    return process.returncode, out, err


def test_artifacts_are_all_that_stdout_gets(tmp_path):
    code, out, _ = run("report_everything", tmp_path)
    assert (code, out) == (0, f"classes  {tmp_path}/classes.tif\n")


def test_progress_is_quiet_without_a_terminal(tmp_path):
    _, _, err = run("report_everything", tmp_path)
    percents = [line.split("%")[0].strip() for line in err.splitlines() if "%" in line]
    assert percents[0] == "0"
    assert percents[-1] == "100"
    assert len(percents) <= 11
    assert "warning: Half of it is strange.\n" in err
    assert "Nearly there.\n" in err
    assert "Nobody reads this" not in err


def test_progress_is_a_bar_on_a_terminal(tmp_path):
    ours, theirs = pty.openpty()
    process = start("report_everything", tmp_path, stderr=theirs)
    os.close(theirs)
    process.communicate(timeout=10)
    seen = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "\r[........................]   0%  working" in seen
    assert "[########################] 100%  working" in seen
    assert max(len(each) for each in seen.splitlines()) < 60


def test_user_error_is_one_sentence_and_exit_code_1(tmp_path):
    assert run("fail_on_input", tmp_path) == (1, "", "error: The image is not there.\n")


def test_bug_shows_its_traceback(tmp_path):
    code, _, err = run("meet_bug", tmp_path)
    assert code == 1
    assert "please report" in err
    assert "Traceback" in err


REDIRECTIONS = [
    "2>&1 | head -c 1",
    "2>/dev/full",
    "2>&-",
    ">/dev/full",
    ">&-",
    "0<&-",
    "0<&- >&- 2>&-",
    "| true",
    ">/dev/full 2>&1",
    "2</dev/null",
]


def run_in_bash(scenario, output, redirection):
    command = f"'{sys.executable}' '{CHILD}' shell {scenario} '{output}' {redirection}"
    return subprocess.run(
        ["/bin/bash", "-o", "pipefail", "-c", command],
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("redirection", REDIRECTIONS)
def test_terminal_that_is_full_or_closed_or_gone_does_not_stop_a_job(tmp_path, redirection):
    done = run_in_bash("leave_a_result", tmp_path / "result.txt", redirection)
    assert (tmp_path / "result.txt").read_text() == "finished"
    assert done.returncode == 0
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception" not in done.stdout + done.stderr
    assert "disk" not in done.stdout + done.stderr


@pytest.mark.parametrize("redirection", REDIRECTIONS)
def test_job_that_fails_says_so_by_its_exit_code_whatever_the_terminal(tmp_path, redirection):
    assert run_in_bash("fail_on_input", tmp_path, redirection).returncode == 1


def test_files_never_take_the_numbers_of_closed_streams(tmp_path):
    run_in_bash("print_into_first_file", tmp_path / "result.txt", "0<&- >&- 2>&-")
    assert (tmp_path / "result.txt").read_text() == "finished"


def test_nohup_outlives_the_terminal(tmp_path):
    process = subprocess.Popen(
        [
            "nohup",
            sys.executable,
            str(CHILD),
            "shell",
            "take_a_second",
            str(tmp_path / "result.txt"),
        ],
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "%" in process.stderr.readline()
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert (tmp_path / "result.txt").read_text() == "finished"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("scenario", ["wait_for_cancel", "hang"])
def test_signal_cancels_cleanly(tmp_path, number, scenario):
    aside = tmp_path / ".classes.part.tif"
    process = start(scenario, aside)
    assert "%" in process.stderr.readline()  # the job is at work
    process.send_signal(number)
    out, err = process.communicate(timeout=5)
    assert process.returncode == 128 + number
    assert out == ""
    assert "Canceled." in err
    assert "Traceback" not in err
    assert not aside.exists()


def test_second_signal_does_not_wait(tmp_path):
    process = start("hang", tmp_path / "aside")
    assert "hanging" in process.stderr.readline()
    start_s = time.monotonic()
    for number in (signal.SIGINT, signal.SIGTERM):  # two of one kind might arrive as one
        process.send_signal(number)
    process.communicate(timeout=5)
    assert time.monotonic() - start_s < 0.7


@pytest.mark.parametrize("scenario", ["publish_slowly", "tidy_up_slowly", "publish_very_slowly"])
def test_second_signal_waits_for_publishing(tmp_path, scenario):
    result = tmp_path / "classes.tif"
    process = start(scenario, result)
    assert "publish" in process.stderr.readline()
    for number in (signal.SIGINT, signal.SIGTERM):
        process.send_signal(number)
    _, err = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "Canceled" not in err
    assert result.read_text() == "finished"
