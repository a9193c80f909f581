# SPDX-License-Identifier: GPL-2.0-or-later
"""The screen: standard error as a stream that never fails.

What is said there is a courtesy. A closed terminal, a log on a full disk or a reader such as
`head` that has seen enough must not end a job, nor change its exit code.
"""

from __future__ import annotations

import io
from contextlib import suppress
from threading import Lock

from .descriptors import STDERR, raw_writer, write_whole


class Screen(io.TextIOBase):
    """Writes text to a descriptor; what cannot be written is lost. Threads may share it.

    Args:
        descriptor: stays open when the screen is closed.
        encoding: of the text; what it does not have is written as an escape.
    """

    def __init__(self, descriptor: int = STDERR, encoding: str = "utf-8") -> None:
        super().__init__()
        self._encoding = encoding
        self._lock = Lock()
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
        """How characters outside of the encoding are written."""
        return "backslashreplace"

    def writable(self) -> bool:
        """Return True: text may always be written, if only to be lost."""
        return True

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._descriptor

    def isatty(self) -> bool:
        """Return whether a person reads it."""
        return self._raw is not None and self._raw.isatty()

    def write(self, text: str) -> int:
        """Write `text` now, or lose it; return its length in any case."""
        data = text.encode(self._encoding, self.errors)
        with self._lock, suppress(OSError, ValueError):
            if self._raw is not None:
                write_whole(self._raw, data)
        return len(text)
