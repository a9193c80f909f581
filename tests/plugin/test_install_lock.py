# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands in the file of the lock is not trusted."""

import json
import os
import subprocess
import sys

import pytest
from orthoscribe.engine.protocol import FileLock
from orthoscribe.plugin.engine_client.install_error import InstallCanceled
from orthoscribe.plugin.engine_client.install_lock import STEP_MARK, hold_install_lock

GONE = 2**22 + 1  # above the largest number of a process on Linux


@pytest.fixture
def sleeper():
    """Return a function that starts a process group with these environment variables."""
    started = []

    def start(**variables):
        command = [sys.executable, "-c", "import time; time.sleep(60)"]
        environment = {**os.environ, **variables}
        started.append(subprocess.Popen(command, start_new_session=True, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def wait_twice(home, record):
    """Wait for a lock that is held, with this record in its file; return what was said."""
    home.mkdir(exist_ok=True)
    said = []
    with FileLock(home / "install.lock") as other:
        assert other.acquire()
        (home / "install.lock").write_text(json.dumps(record))
        with (
            pytest.raises(InstallCanceled),
            hold_install_lock(home, said.append, lambda: len(said) > 1),
        ):
            pass
    return said


@pytest.mark.parametrize(
    "record",
    [
        {"pid": "words", "child": "words"},
        {"pid": 10**400, "child": 10**400},
        {"pid": -1, "child": -1},
        {"pid": True, "child": 1},
        {"pid": GONE, "child": None},
        {"pid": [], "child": {}},
        {},
    ],
)
def test_odd_record_is_waited_for(tmp_path, record):
    assert len(wait_twice(tmp_path, record)) == 2


@pytest.mark.skipif(not os.path.exists("/proc/self"), reason="needs /proc")  # noqa: PTH110
def test_only_a_step_of_an_installer_is_ended(tmp_path, sleeper):
    foreign = sleeper()
    wait_twice(tmp_path, {"pid": GONE, "child": foreign.pid})
    assert foreign.poll() is None
    name, _, value = STEP_MARK.partition("=")
    step = sleeper(**{name: value})
    wait_twice(tmp_path, {"pid": GONE, "child": step.pid})
    assert step.wait(5) < 0
