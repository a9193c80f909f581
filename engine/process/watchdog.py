# SPDX-License-Identifier: GPL-2.0-or-later
"""The watchdog: it ends the process if a canceled job does not stop in time.

A canceled job normally ends between two tiles. If its thread is inside one long operation, the
watchdog removes the unfinished files, sends the terminal event and ends the process. The host
starts another process for the next job.
"""

from __future__ import annotations

import os
from threading import Event, Thread
from typing import TYPE_CHECKING

from .cleanup import clean_up
from .gate import publishing_gate

if TYPE_CHECKING:
    from collections.abc import Callable

GRACE_S = 0.8
CLEANUP_S = 0.5


def exit_unless(
    is_over: Event, on_exit: Callable[[], object], exit_code: int, grace_s: float = GRACE_S
) -> None:
    """End the process unless `is_over` is set within `grace_s`; return at once.

    A job that has begun to publish is never ended. The watchdog waits until it is over, even on a
    slow disk, as otherwise only some of the results would be replaced.

    Args:
        is_over: flag that the canceled job sets at its end.
        on_exit: callback after the cleanup, called from the watchdog's thread.
        exit_code: exit code of the process if it is ended.
        grace_s: time until the process is ended, in seconds.
    """

    def watch() -> None:
        if is_over.wait(grace_s):
            return
        publishing_gate.close()
        if is_over.is_set():
            publishing_gate.reopen()  # the job has published and ended in the meantime
            return
        _run_for(CLEANUP_S, clean_up, on_exit)
        os._exit(exit_code)

    Thread(target=watch, name="watchdog", daemon=True).start()


def _run_for(seconds: float, *steps: Callable[[], object]) -> None:
    """Run the steps, but stop waiting after `seconds`: a full pipe or lost disk may block them."""

    def run() -> None:
        for step in steps:
            step()

    thread = Thread(target=run, name="cleanup", daemon=True)
    thread.start()
    thread.join(seconds)
