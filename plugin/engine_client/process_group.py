# SPDX-License-Identifier: GPL-2.0-or-later
"""A child in a process group of its own, so that it can be ended with all its children."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess  # nosec B404  # the engine and its installer are processes
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
        environment: all the child sees.
        pipes: `stdin`, `stdout`, `stderr`, `pass_fds` as `subprocess.Popen` takes them.

    Raises:
        OSError: the program cannot be started.
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
    """Ask the group to end."""
    if sys.platform == "win32":
        process.terminate()
    else:
        _signal(process.pid, signal.SIGTERM)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """End the group without asking."""
    if sys.platform == "win32":
        taskkill = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
        subprocess.run(  # nosec B603  # absolute path, a list, no shell
            [str(taskkill), "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True
        )
    else:
        _signal(process.pid, signal.SIGKILL)


def _signal(group: int, number: signal.Signals) -> None:
    # The group may have ended between the decision and this line.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
