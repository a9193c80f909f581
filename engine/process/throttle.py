# SPDX-License-Identifier: GPL-2.0-or-later
"""The throttle: thousands of steps become at most ten progress events a second."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from ..protocol import Progress

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL_S = 0.1


class ProgressThrottle:
    """Lets a progress through when it is worth a line, and never backwards.

    A stage heard for the first time and the end of the job always pass; anything else passes
    when it moves forward and the last one is `INTERVAL_S` ago.

    Args:
        clock: seconds, rising.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._fraction = -1.0
        self._stages: set[str] = set()
        self._sent_s = -math.inf

    def admit(self, progress: Progress) -> Progress | None:
        """Return what to send instead of `progress`, its fraction within 0..1, or None."""
        fraction = min(max(progress.fraction, self._fraction, 0.0), 1.0)
        moves = fraction > self._fraction
        is_due = self._clock() - self._sent_s >= INTERVAL_S or fraction == 1.0
        if progress.stage in self._stages and not (moves and is_due):
            return None
        self._fraction = fraction
        self._stages.add(progress.stage)
        self._sent_s = self._clock()
        return Progress(fraction, progress.stage)
