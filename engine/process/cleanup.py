# SPDX-License-Identifier: GPL-2.0-or-later
"""Cleanup hooks for the case that the process is ended from another thread.

A canceled job normally unwinds, and its context managers clean up. A main thread inside one long
call of torch cannot unwind, so the process is ended from another thread, which runs only the hooks
registered here. They are global to the module, as with `atexit`.
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
    """Register `hook` to run if the process is ended from another thread during the block.

    The hook runs on another thread while the block is still running. It must be safe to run
    concurrently, must not take locks of the block, and has half a second to finish.
    """
    _hooks.append(hook)
    try:
        yield
    finally:
        _hooks.remove(hook)


def clean_up() -> None:
    """Run the hooks, the latest first; a hook that fails does not stop the others."""
    for hook in reversed(tuple(_hooks)):
        try:
            hook()
        except Exception as error:
            sys.stderr.write(f"Cleaning up failed: {error}\n")
