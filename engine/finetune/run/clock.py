# SPDX-License-Identifier: GPL-2.0-or-later
"""Time limit of a run."""

from __future__ import annotations

import time


class Clock:
    """Time of a run, including that before an interruption.

    Args:
        limit_s: time limit in seconds.
        spent_s: time before an interruption in seconds.
    """

    def __init__(self, limit_s: float, spent_s: float = 0.0) -> None:
        self.limit_s, self._start_s = limit_s, time.monotonic() - spent_s

    @property
    def spent_s(self) -> float:
        """Time since the start in seconds."""
        return time.monotonic() - self._start_s

    @property
    def left_s(self) -> float:
        """Time until the limit in seconds; negative after it."""
        return self.limit_s - self.spent_s

    def add(self, spent_s: float) -> None:
        """Count time before an interruption as well."""
        self._start_s -= spent_s
