# SPDX-License-Identifier: GPL-2.0-or-later
"""The channel: standard output, kept for the engine alone.

GDAL, torch and any C library may print whenever they like. The engine therefore takes standard
output away from them, first thing: it keeps a duplicate of descriptor 1 and points 1 at 2, so
that whatever anybody prints lands in the log, never between two events.
"""

from __future__ import annotations

import errno
import os
import sys
from threading import Lock
from typing import TextIO

from .descriptors import STDERR, STDIN, STDOUT, open_missing, raw_writer, write_whole
from .screen import Screen


class ChannelError(OSError):
    """A line could not be written: the reader has gone, or has no room."""

    @property
    def is_reader_gone(self) -> bool:
        """Return whether the reader has closed its end, as `head` does when it has enough."""
        return self.errno in _GONE


# Windows reports a broken pipe as an invalid argument.
_GONE = (errno.EPIPE, errno.EINVAL) if sys.platform == "win32" else (errno.EPIPE,)


class Channel:
    """Writes whole lines; threads may share it.

    Args:
        descriptor: open for writing; the channel closes it with itself.
    """

    def __init__(self, descriptor: int) -> None:
        self._raw = raw_writer(descriptor, closes=True)
        self._lock = Lock()

    def send(self, line: str) -> None:
        """Write one line.

        Raises:
            ChannelError: the line could not be written.
        """
        data = _encoded(line + "\n")
        with self._lock:
            try:
                write_whole(self._raw, data)
            except OSError as error:
                raise ChannelError(error.errno, error.strerror or str(error)) from error


def own_stdout() -> Channel:
    """Take standard output away from everybody else and return it as a channel.

    The duplicate is not inherited by child processes, so none of them keeps the pipe open. Python's
    own output goes to a screen that never fails, whatever standard error is.
    """
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"  # no stderr if it was closed
    open_missing()
    channel = Channel(os.dup(STDOUT))
    os.dup2(STDERR, STDOUT)
    sys.stdout = sys.stderr = Screen(STDERR, encoding)
    return channel


def own_stdin() -> TextIO:
    """Take standard input as well, so that no library and no child process eats a job line."""
    lines = os.fdopen(os.dup(STDIN), encoding="utf-8", errors="replace")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    os.close(nothing)
    return lines


def _encoded(line: str) -> bytes:
    """Return UTF-8; bytes of a path that are no UTF-8 come out as they are on the disk."""
    try:
        return line.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return line.encode("utf-8", "backslashreplace")
