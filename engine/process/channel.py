# SPDX-License-Identifier: GPL-2.0-or-later
"""The channel: standard output, reserved for the engine's events.

GDAL, torch and any C library may print at any time. So the engine first duplicates descriptor 1
for its own use and redirects 1 to 2. All other output then ends up in the log, never between two
events.
"""

from __future__ import annotations

import errno
import os
import sys
from threading import Lock
from typing import TextIO

from .descriptors import STDERR, STDIN, STDOUT, open_missing, raw_writer, write_whole
from .stderr_stream import StderrStream


class ChannelError(OSError):
    """A line could not be written, because the pipe is closed or full."""

    @property
    def is_reader_gone(self) -> bool:
        """Whether the reader has closed its end of the pipe, as `head` does."""
        return self.errno in _GONE


# Windows reports a broken pipe as an invalid argument.
_GONE = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)


class Channel:
    """Thread-safe writer of whole lines.

    Args:
        descriptor: file descriptor open for writing; it is closed with the channel.
    """

    def __init__(self, descriptor: int) -> None:
        self._raw = raw_writer(descriptor, closes=True)
        self._lock = Lock()

    def send(self, line: str) -> None:
        """Write one line.

        Raises:
            ChannelError: if the line could not be written.
        """
        data = _encoded(line + "\n")
        with self._lock:
            try:
                write_whole(self._raw, data)
            except OSError as error:
                raise ChannelError(error.errno, error.strerror or str(error)) from error


def own_stdout() -> Channel:
    """Reserve standard output for the engine and return it as a channel.

    Child processes do not inherit the duplicate, so they do not keep the pipe open. Python's own
    output goes to a `StderrStream`, which never fails, even if standard error cannot be written.
    """
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"  # no stderr if it was closed
    open_missing()
    channel = Channel(os.dup(STDOUT))
    os.dup2(STDERR, STDOUT)
    sys.stdout = sys.stderr = StderrStream(STDERR, encoding)
    return channel


def own_stdin() -> TextIO:
    """Reserve standard input, so that no library and no child process reads job lines."""
    lines = os.fdopen(os.dup(STDIN), encoding="utf-8", errors="replace")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    os.close(nothing)
    return lines


def _encoded(line: str) -> bytes:
    """Return the line as UTF-8; bytes of paths that are not valid UTF-8 are kept as on disk."""
    try:
        return line.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return line.encode("utf-8", "backslashreplace")
