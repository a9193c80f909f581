# SPDX-License-Identifier: GPL-2.0-or-later
"""Throttle that reduces thousands of steps to at most ten progress events per second."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from ..protocol import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL_S = 0.1


class ProgressThrottle:
    """Filter of progress events, whose fraction never decreases.

    The first event of a stage and the end of the job always pass. Other events pass if the
    fraction has increased and the last event is at least `INTERVAL_S` ago.

    Args:
        clock: monotonic clock in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._fraction = -1.0
        self._stages: set[str] = set()
        self._sent_s = -math.inf

    def admit(self, progress: Progress) -> Progress | None:
        """Return the event to send for `progress`, with a fraction within 0..1, or None."""
        fraction = min(max(progress.fraction, self._fraction, 0.0), 1.0)
        moves = fraction > self._fraction
        is_due = self._clock() - self._sent_s >= INTERVAL_S or fraction == 1.0
        if progress.stage in self._stages and not (moves and is_due):
            return None
        self._fraction = fraction
        self._stages.add(progress.stage)
        self._sent_s = self._clock()
        return Progress(fraction, progress.stage)
