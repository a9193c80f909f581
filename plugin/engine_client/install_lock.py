# SPDX-License-Identifier: GPL-2.0-or-later
"""Lock that allows one installation at a time, among all QGIS processes and shells.

The installer's children inherit the lock: if the installer is killed, its pip process still
prevents other installations, until the next installer ends it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Optional

from ..protocol import FileLock
from .install_error import InstallCanceled, InstallError

WAIT_S = 0.2
LARGEST_PID = 2**31
STEP_MARK = "ORTHOSCRIBE_INSTALL_STEP=1"  # in the environment of every step


class InstallLock:
    """A lock that is held."""

    def __init__(self, lock: FileLock) -> None:
        self.fileno = lock.fileno
        self._lock = lock
        self.record_child(None)

    def record_child(self, group: Optional[int]) -> None:
        """Write the owner of the lock, and the process group of its running step, to the file."""
        self._lock.write_record(
            {"pid": os.getpid(), "since": time.strftime("%H:%M"), "child": group}
        )


@contextlib.contextmanager
def hold_install_lock(
    home: Path, on_wait: Callable[[str], None], is_canceled: Callable[[], bool]
) -> Iterator[InstallLock]:
    """Hold the lock of `home`; wait while another installer holds it, and report that.

    Raises:
        InstallError: if the folder cannot be written, or its disk does not support locks.
        InstallCanceled: if the installation was canceled while waiting.
    """
    path = home / "install.lock"
    with _open(path) as lock:
        while not _acquire(lock):
            if is_canceled():
                raise InstallCanceled
            holder = lock.record()
            _end_orphan(holder)
            on_wait(
                f"Another installation (process {holder.get('pid')}, since "
                f"{holder.get('since')}) is running: waiting for it."
            )
            time.sleep(WAIT_S)
        yield InstallLock(lock)


def _open(path: Path) -> FileLock:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return FileLock(path)
    except OSError as error:
        raise InstallError(
            f"The engine's folder {path.parent} cannot be written ({error.strerror}): set "
            "ORTHOSCRIBE_HOME to another folder."
        ) from error


def _acquire(lock: FileLock) -> bool:
    try:
        return lock.acquire()
    except OSError as error:
        raise InstallError(
            f"The engine's folder is on a disk without file locks ({error.strerror}): set "
            "ORTHOSCRIBE_HOME to a folder on a local disk."
        ) from error


def _end_orphan(holder: Dict[str, Any]) -> None:
    """End the child of a killed installer; its group exists as long as the lock is held."""
    pid, child = _process_number(holder.get("pid")), _process_number(holder.get("child"))
    if sys.platform == "win32" or pid is None or child is None:
        return
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        if not _started_by_installer(child):
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
    except PermissionError:
        return


def _process_number(value: Any) -> Optional[int]:
    """Return `value`, from a file, if it can be the number of a process, else None."""
    return value if type(value) is int and 1 < value < LARGEST_PID else None


def _started_by_installer(group: int) -> bool:
    """Return whether a process group holds an installer's step, where the system shows that."""
    environment = Path(f"/proc/{group}/environ")
    try:
        return not Path("/proc/self").exists() or STEP_MARK.encode() in environment.read_bytes()
    except OSError:  # its first process has ended, or belongs to another user
        return True
