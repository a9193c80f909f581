# SPDX-License-Identifier: GPL-2.0-or-later
"""The screen: standard error as a stream that never fails.

Its output is not essential. A closed terminal, a log on a full disk or a reader such as `head`
that stops reading must not end a job or change its exit code.
"""

from __future__ import annotations

import io
from contextlib import suppress
from threading import RLock

from .descriptors import STDERR, raw_writer, write_whole


class StderrStream(io.TextIOBase):
    """Thread-safe text stream; text that cannot be written is dropped.

    Args:
        descriptor: file descriptor, which is not closed with the screen.
        encoding: encoding of the text; characters outside of it are written as escapes.
    """

    def __init__(self, descriptor: int = STDERR, encoding: str = "utf-8") -> None:
        super().__init__()
        self._encoding = encoding
        self._lock = RLock()
        self._raw: io.RawIOBase | None = None
        with suppress(OSError):  # it may be a folder
            self._raw = raw_writer(descriptor, closes=False)
        self._descriptor = descriptor

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """Name of the encoding."""
        return self._encoding

    @property
    def errors(self) -> str:  # type: ignore[override]
        """Error handler for characters outside of the encoding."""
        return "backslashreplace"

    def writable(self) -> bool:
        """Return True; text that cannot be written is dropped."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Return whether the descriptor is a terminal."""
        return self._raw is not None and self._raw.isatty()

    def write(self, text: str) -> int:
        """Write `text` without buffering, or drop it, and return its length."""
        data = text.encode(self._encoding, self.errors)
        with self._lock, suppress(OSError, ValueError):
            if self._raw is not None:
                write_whole(self._raw, data)
        return len(text)
