# SPDX-License-Identifier: GPL-2.0-or-later
"""Lock on a file, by which other processes recognize whether its owner is alive.

The operating system releases the lock when the last process that holds it ends, even if it is
killed, so no stale lock remains.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, Dict

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    _FAR_BYTE = 1 << 30  # outside of the record, because a locked byte cannot be read

    def _lock(file: BinaryIO) -> None:
        file.seek(_FAR_BYTE)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: BinaryIO) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


class FileLock:
    """A file that at most one owner holds, with a record of its owner as JSON.

    Args:
        path: path of the file; created if missing.

    Raises:
        OSError: if the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("ab", buffering=0)

    def acquire(self) -> bool:
        """Return whether the lock is held from now on; False if it has another owner.

        Raises:
            OSError: if the disk does not support locks.
        """
        try:
            _lock(self._file)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def is_in_place(self) -> bool:
        """Return whether the file is still at its path, so that others see the lock."""
        try:
            return os.path.samestat(os.fstat(self.fileno()), self.path.stat())
        except FileNotFoundError:
            return False

    def fileno(self) -> int:
        """Return the descriptor; a child process that inherits it holds the lock, too."""
        return self._file.fileno()

    def write_record(self, record: Dict[str, Any]) -> None:
        """Replace the record of the owner."""
        self._file.truncate(0)
        self._file.write(json.dumps(record).encode())

    def record(self) -> Dict[str, Any]:
        """Return the record of the owner; empty if there is none, or while it is being written."""
        try:
            values = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return values if isinstance(values, dict) else {}

    def close(self) -> None:
        """Release the lock, unless a child process inherited it."""
        self._file.close()

    def __enter__(self) -> FileLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
