# SPDX-License-Identifier: GPL-2.0-or-later
"""Lock that allows one installation at a time, among all QGIS processes and shells.

The operating system locks the file and releases it when the last process that holds it ends, so no
stale lock remains. The file contains the owner of the lock, for the message. The installer's
children inherit the lock: if the installer is killed, its pip process still prevents other
installations, until the next installer ends it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from typing import IO, TYPE_CHECKING, Callable, Dict, Iterator, Optional

from .install_error import InstallCanceled, InstallError

if TYPE_CHECKING:
    from pathlib import Path

WAIT_S = 0.2

if sys.platform == "win32":
    import msvcrt

    _FAR_BYTE = 1 << 30  # outside of the record, because a locked byte cannot be read

    def _lock(file: IO[str]) -> None:
        file.seek(_FAR_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class InstallLock:
    """A lock that is held."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.record_child(None)

    def fileno(self) -> int:
        """Return the descriptor that children inherit."""
        return self._file.fileno()

    def record_child(self, group: Optional[int]) -> None:
        """Write the owner of the lock, and the process group of its running step, to the file."""
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "since": time.strftime("%H:%M"), "child": group}, self._file)
        self._file.flush()


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
    with _open(path) as file:
        while not _try_lock(file):
            if is_canceled():
                raise InstallCanceled
            holder = _holder(path)
            _end_orphan(holder)
            on_wait(
                f"Another installation (process {holder.get('pid')}, since "
                f"{holder.get('since')}) is running: waiting for it."
            )
            time.sleep(WAIT_S)
        yield InstallLock(file)


def _open(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.open("a+", encoding="utf-8")
    except OSError as error:
        raise InstallError(
            f"The engine's folder {path.parent} cannot be written ({error.strerror}): set "
            "ORTHOSCRIBE_HOME to another folder."
        ) from error


def _try_lock(file: IO[str]) -> bool:
    try:
        _lock(file)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as error:
        raise InstallError(
            f"The engine's folder is on a disk without file locks ({error.strerror}): set "
            "ORTHOSCRIBE_HOME to a folder on a local disk."
        ) from error
    return True


def _holder(path: Path) -> Dict[str, Optional[int]]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # it is being written
        return {}
    return values if isinstance(values, dict) else {}


def _end_orphan(holder: Dict[str, Optional[int]]) -> None:
    """End the child of a killed installer; its group exists as long as the lock is held."""
    pid, child = holder.get("pid"), holder.get("child")
    if sys.platform == "win32" or not pid or not child:
        return
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
    except PermissionError:
        return
