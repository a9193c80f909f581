# SPDX-License-Identifier: GPL-2.0-or-later
"""Append-only file of records, of which a killed process leaves all but the one it was writing.

Each record begins with its length and a digest of its content and of all records before it. So a
record counts only if it is complete, and so is everything before it, even after a power
failure, when parts of a file may be lost in any order.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

from .replacing import flush_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

LENGTH_BYTES, DIGEST_BYTES = 8, 16
SYNC_S = 5.0  # at most this much work is lost if the power fails


class RecordLog:
    """A file of records, read from its start and then appended to.

    Args:
        path: path of the file; created if missing.

    Raises:
        OSError: if the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        path.touch()
        flush_folder(path.parent)
        self._file = path.open("r+b", buffering=0)
        self._size_bytes = self._file.seek(0, os.SEEK_END)
        self._last, self._end, self._synced_s = b"", 0, time.monotonic()

    def records(self) -> Iterator[bytes]:
        """Yield the complete records; the first iteration must end before `append`.

        Raises:
            OSError: if the file cannot be read.
        """
        self._last, self._end = b"", 0
        while True:
            self._file.seek(self._end)
            length = int.from_bytes(self._file.read(LENGTH_BYTES), "little")
            stated = self._file.read(DIGEST_BYTES)
            if not 0 < length <= self._size_bytes - self._end:
                return
            content = _read(self._file, length)
            digest = self._digest_of(content)
            if digest != stated:
                return
            self._last, self._end = digest, self._end + LENGTH_BYTES + DIGEST_BYTES + length
            yield content

    def append(self, content: bytes) -> None:
        """Add a record after the last complete one that was read or added.

        Raises:
            OSError: if it cannot be written; what was written of it is removed.
        """
        digest = self._digest_of(content)
        try:
            self._file.truncate(self._end)
            self._file.seek(self._end)
            _write(self._file, len(content).to_bytes(LENGTH_BYTES, "little") + digest + content)
            if time.monotonic() - self._synced_s >= SYNC_S:
                self.sync()
        except OSError:
            self._file.truncate(self._end)
            raise
        self._last, self._end = digest, self._end + LENGTH_BYTES + DIGEST_BYTES + len(content)

    def sync(self) -> None:
        """Wait until all records are on the disk.

        Raises:
            OSError: if they cannot be written there.
        """
        os.fsync(self._file.fileno())
        self._synced_s = time.monotonic()

    def clear(self) -> None:
        """Remove all records.

        Raises:
            OSError: if the file cannot be written.
        """
        self._last, self._end = b"", 0
        self._file.truncate(0)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _digest_of(self, content: bytes) -> bytes:
        return hashlib.blake2b(content, key=self._last, digest_size=DIGEST_BYTES).digest()


def _read(file: FileIO, length: int) -> bytes:
    """Return the next bytes of a file, fewer only at its end."""
    parts = []
    while length and (part := file.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _write(file: FileIO, content: bytes) -> None:
    """Write all bytes; a system call may write a part of them, as before a disk is full."""
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
