# SPDX-License-Identifier: GPL-2.0-or-later
"""The watchdog: whoever tells a job to stop gets an answer, even if the job does not listen.

A canceled job normally ends between two tiles. If its thread is deep inside one long operation,
the watchdog removes the unfinished files, says the last words and ends the process; the host
starts another one for the next job.
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
LAST_RITES_S = 0.5


def exit_unless(
    is_over: Event, last_words: Callable[[], object], exit_code: int, grace_s: float = GRACE_S
) -> None:
    """End the process with `exit_code` unless `is_over` is set within `grace_s`; returns at once.

    A job that has begun to publish is never ended: the watchdog waits until it is over, however
    long a slow disk takes, or half of its results would be old and half new.

    Args:
        is_over: set by the thread that was told to stop.
        last_words: called after the clean-up, from the watchdog's thread.
        exit_code: of the process, if it must be ended.
        grace_s: seconds.
    """

    def watch() -> None:
        if is_over.wait(grace_s):
            return
        publishing_gate.close()
        if is_over.is_set():
            publishing_gate.reopen()  # the job has published and ended while we waited
            return
        _run_for(LAST_RITES_S, clean_up, last_words)
        os._exit(exit_code)

    Thread(target=watch, name="watchdog", daemon=True).start()


def _run_for(seconds: float, *steps: Callable[[], object]) -> None:
    """Run the steps, but wait no longer: a full pipe or a dead network disk may block them."""

    def run() -> None:
        for step in steps:
            step()

    rites = Thread(target=run, name="last rites", daemon=True)
    rites.start()
    rites.join(seconds)
