# SPDX-License-Identifier: GPL-2.0-or-later
"""The three standard file descriptors: keep them open, and write whole lines to them."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import RawIOBase

STDIN, STDOUT, STDERR = 0, 1, 2
WRITE_TIMEOUT_S = 5.0  # for a non-blocking terminal or pipe that is shared with its reader


def open_missing() -> None:
    """Open the standard descriptors that were closed when the process began.

    Otherwise the next opened file would get such a number, and a raster with descriptor 2 would
    receive the output of libraries. Reading from them returns the end of the file; writing to them
    fails, as it would have before.
    """
    for descriptor in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            nothing = os.open(os.devnull, os.O_RDONLY)
            if nothing != descriptor:
                os.dup2(nothing, descriptor)
                os.close(nothing)


def raw_writer(descriptor: int, *, closes: bool) -> RawIOBase:
    """Return an unbuffered writer, so that it never holds data that cannot be written.

    Args:
        descriptor: file descriptor open for writing.
        closes: whether the descriptor is closed with the writer.
    """
    return os.fdopen(descriptor, "wb", buffering=0, closefd=closes)


def write_whole(raw: RawIOBase, data: bytes) -> None:
    """Write all of `data`.

    Raises:
        OSError: if the reader has closed its end or does not read for `WRITE_TIMEOUT_S`, or the
            disk is full.
    """
    rest = memoryview(data)
    while rest:
        written = raw.write(rest)
        if written is None:  # the other end made it non-blocking, and it is full right now
            if not select.select([], [raw], [], WRITE_TIMEOUT_S)[1]:
                raise TimeoutError("the reader does not read")
            continue
        rest = rest[written:]
