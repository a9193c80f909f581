# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of glibc's allocator, so that memory of one layer is reused for the next.

Activations exceed glibc's threshold, so by default every operation maps new pages, causes a page
fault for each of them and returns them to the system. The plugin starts the engine with
`MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=99999999999` in its environment. Every verb also makes
these settings itself, for engines that are started in another way.

Measured on a small stack of convolutions (4-32-64-512-5 channels, 256 x 256 px, one thread, glibc
2.36, best of six, three interleaved rounds on a busy machine): 332-372 ms became 194-216 ms, a
factor of 1.65 to 1.9, and 75,000 page faults per pass became none. The environment variables had
the same effect (175-223 ms). The drawback is that the process keeps its memory after the peak.

All threads share one arena. With one for each thread, what the loading of a model has freed is not
used by the threads that compute, and maps of tens of megabytes leave gaps in the arenas' heaps of
64 MB: labeling 400 x 400 px with `dilated8_resnet50` had a peak of 853 MB instead of 673 MB.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# From glibc's malloc.h.
_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4
_M_ARENA_MAX = -8
_MAPPINGS = 1 << 16  # glibc's default


class Trimming:
    """Periodic return of freed memory to the system.

    Tiles of different shapes leave gaps that later tiles do not fit into. Over hundreds of tiles
    they add up to hundreds of megabytes. Returning them takes about 50 ms.

    Args:
        every: number of steps between two returns.
    """

    def __init__(self, every: int) -> None:
        """Start at step 0."""
        self._every, self._trimmed_at, self._libc = every, 0, _glibc()

    def feed(self, done: int) -> None:
        """Return freed memory if it is due after `done` steps."""
        if self._libc is not None and done - self._trimmed_at >= self._every:
            self._libc.malloc_trim(0)
            self._trimmed_at = done


def trim_heap() -> None:
    """Return freed memory to the system, if the C library is glibc."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


@contextmanager
def mapped_apart() -> Iterator[None]:
    """Give large blocks mappings of their own meanwhile, which go back to the system when freed.

    For blocks of very different lifetimes, such as the weights of a model and their copies while it
    is loaded: on the heap they would leave gaps, and since maps of each size go into another gap,
    a network would fill all of them.
    """
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_MMAP_MAX, _MAPPINGS)
    try:
        yield
    finally:
        if libc is not None:
            libc.mallopt(_M_MMAP_MAX, 0)


def keep_freed_memory() -> bool:
    """Make malloc keep freed memory, for all threads; call this before torch allocates anything.

    Returns:
        Whether the settings were made; False without glibc.
    """
    libc = _glibc()
    if libc is None:
        return False
    never = -1
    settings = ((_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, never), (_M_ARENA_MAX, 1))
    return all(libc.mallopt(*setting) for setting in settings)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    # musl also has a `mallopt`, which does nothing
    return libc if hasattr(libc, "gnu_get_libc_version") else None
