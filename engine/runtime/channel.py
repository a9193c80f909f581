# SPDX-License-Identifier: GPL-2.0-or-later
"""The channel: standard output, kept for the engine alone.

GDAL, torch and any C library may print whenever they like. The engine therefore takes standard
output away from them, first thing: it keeps a duplicate of descriptor 1 and points 1 at 2, so
that whatever anybody prints lands in the log, never between two events.
"""

from __future__ import annotations

import os
import sys
from threading import Lock
from typing import TextIO

STDIN, STDOUT, STDERR = 0, 1, 2


class Channel:
    """Writes whole lines; threads may share it.

    Args:
        descriptor: open for writing; the channel closes it with itself.
    """

    def __init__(self, descriptor: int) -> None:
        self._stream = os.fdopen(descriptor, "w", encoding="utf-8", newline="\n")
        self._lock = Lock()

    def send(self, line: str) -> None:
        """Write one line and flush it.

        Raises:
            OSError: nobody listens any more.
        """
        with self._lock:
            self._stream.write(line + "\n")
            self._stream.flush()


def own_stdout() -> Channel:
    """Take standard output away from everybody else and return it as a channel.

    The duplicate is not inherited by child processes, so none of them keeps the pipe open.
    """
    channel = Channel(os.dup(STDOUT))
    os.dup2(STDERR, STDOUT)
    sys.stdout = sys.stderr  # `print` would otherwise keep its lines until some buffer is full
    return channel


def own_stdin() -> TextIO:
    """Take standard input as well, so that no library and no child process eats a job line."""
    lines = os.fdopen(os.dup(STDIN), encoding="utf-8", errors="replace")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, STDIN)
    os.close(nothing)
    return lines
