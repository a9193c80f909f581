# SPDX-License-Identifier: GPL-2.0-or-later
"""The three standard descriptors: always open, and written to whole or not at all."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from io import RawIOBase

STDIN, STDOUT, STDERR = 0, 1, 2
PATIENCE_S = 5.0  # for a reader that shares a non-blocking terminal or pipe with us


def open_missing() -> None:
    """Open those of the standard descriptors that were closed when the process began.

    The next file to be opened would otherwise take the number: a raster that lies at number 2
    receives whatever a library prints. Reading gets the end of the file; writing fails, as it
    would have done.
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
    """Return a writer without a buffer, so that nothing waits in it that cannot be written.

    Args:
        descriptor: open for writing.
        closes: whether the descriptor is closed with the writer.
    """
    return os.fdopen(descriptor, "wb", buffering=0, closefd=closes)


def write_whole(raw: RawIOBase, data: bytes) -> None:
    """Write all of `data`.

    Raises:
        OSError: the reader has gone, has no room, or is silent for `PATIENCE_S`.
    """
    rest = memoryview(data)
    while rest:
        written = raw.write(rest)
        if written is None:  # the other end made it non-blocking, and has no room right now
            if not select.select([], [raw], [], PATIENCE_S)[1]:
                raise TimeoutError("the reader does not read")
            continue
        rest = rest[written:]
