# SPDX-License-Identifier: GPL-2.0-or-later
"""Cleanup: what to remove when the process must go without asking its main thread.

A job that is told to stop unwinds by itself, and its context managers clean up. A main thread
deep in one long call of torch cannot unwind; then the process is ended from another thread, and
only what was registered here is still removed. Module-wide, as `atexit` is: there is one process.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_hooks: list[Callable[[], None]] = []


@contextmanager
def cleaned_up_by(hook: Callable[[], None]) -> Iterator[None]:
    """Have `hook` run if the process is ended from outside while the block runs.

    The hook runs on another thread while the block is still at work: it must bear that, take no
    locks of the block, and be quick (half a second is all it gets).
    """
    _hooks.append(hook)
    try:
        yield
    finally:
        _hooks.remove(hook)


def clean_up() -> None:
    """Run the hooks, the latest first; one that fails does not keep the others from running."""
    for hook in reversed(tuple(_hooks)):
        try:
            hook()
        except Exception as error:
            sys.stderr.write(f"Cleaning up failed: {error}\n")
