# SPDX-License-Identifier: GPL-2.0-or-later
"""Child processes in their own process groups, so that they can be ended with all children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Mapping, Sequence


def start_group(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], **pipes: Any
) -> subprocess.Popen[bytes]:
    """Start `command` as the leader of a new process group, without a window.

    Args:
        command: absolute path of a program, and its arguments.
        folder: working folder.
        environment: complete environment of the child.
        pipes: arguments `stdin`, `stdout`, `stderr` and `pass_fds` of `subprocess.Popen`.

    Raises:
        OSError: if the program cannot be started.
    """
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        pipes["creationflags"] = flags
    else:
        pipes["start_new_session"] = True
    return subprocess.Popen(  # nosec B603  # a list, no shell
        list(command), cwd=folder, env=dict(environment), close_fds=True, **pipes
    )


def terminate_group(process: subprocess.Popen[bytes]) -> None:
    """Send SIGTERM to the group; on Windows end the process."""
    if sys.platform == "win32":
        process.terminate()
    else:
        _signal(process.pid, signal.SIGTERM)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill the group."""
    if sys.platform == "win32":
        taskkill = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
        subprocess.run(  # nosec B603  # absolute path, a list, no shell
            [str(taskkill), "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True
        )
    else:
        _signal(process.pid, signal.SIGKILL)


def end_group(process: subprocess.Popen[bytes], grace_s: float) -> None:
    """End the group: terminate it, kill it after `grace_s`, and wait for the process."""
    if process.poll() is not None:
        return
    terminate_group(process)
    try:
        process.wait(grace_s)
    except subprocess.TimeoutExpired:
        kill_group(process)
        process.wait()


def has_ended(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    """Return whether the process has ended, or ends within `timeout_s`."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout_s)
    return process.returncode is not None


def _signal(group: int, number: signal.Signals) -> None:
    # The group may have ended in the meantime.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
