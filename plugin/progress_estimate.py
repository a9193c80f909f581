# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress of a run: percentage, stage and estimated remaining time."""

from __future__ import annotations

import time
from typing import Callable, Optional

from .i18n import tr
from .protocol import Progress

MIN_ELAPSED_S = 2.0
MIN_FRACTION = 0.03


class ProgressEstimate:
    """Estimates the remaining time from the progress events of one run.

    Args:
        clock: monotonic clock in seconds, replaced in tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._first: Optional[Progress] = None
        self._first_s = 0.0
        self._last = Progress(0.0, tr("starting"))
        self._last_s = 0.0

    def feed(self, progress: Progress) -> None:
        """Add one progress event."""
        now_s = self._clock()
        if self._first is None:
            self._first, self._first_s = progress, now_s
        self._last, self._last_s = progress, now_s

    @property
    def percent(self) -> int:
        """Percentage done, 0..100."""
        return int(100 * min(1.0, max(0.0, self._last.fraction)))

    @property
    def stage(self) -> str:
        """Current stage, capitalized for display."""
        stage = self._last.stage
        return stage[:1].upper() + stage[1:]

    @property
    def remaining_s(self) -> Optional[float]:
        """Estimated seconds left, or None before an estimate is possible."""
        if self._first is None:
            return None
        done = self._last.fraction - self._first.fraction
        spent_s = self._last_s - self._first_s
        if spent_s < MIN_ELAPSED_S or done < MIN_FRACTION:
            return None
        expected_s = spent_s * (1.0 - self._last.fraction) / done
        return max(0.0, expected_s - (self._clock() - self._last_s))

    @property
    def text(self) -> str:
        """Stage and time left on one line."""
        remaining_s = self.remaining_s
        return (
            self.stage
            if remaining_s is None
            else f"{self.stage} · {remaining_time_text(remaining_s)}"
        )


def remaining_time_text(seconds: float) -> str:
    """Return a rounded text for a remaining time.

    >>> [remaining_time_text(each) for each in (3, 42, 100, 4000)]
    ['a few seconds left', 'about 40 s left', 'about 2 min left', 'about 1 h 7 min left']
    """
    if seconds < 8:
        return tr("a few seconds left")
    if seconds < 58:
        return tr("about {seconds} s left").format(seconds=max(10, 5 * round(seconds / 5)))
    minutes = max(1, round(seconds / 60))
    if minutes < 60:
        return tr("about {minutes} min left").format(minutes=minutes)
    return tr("about {hours} h {minutes} min left").format(
        hours=minutes // 60, minutes=minutes % 60
    )
