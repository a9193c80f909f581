# SPDX-License-Identifier: GPL-2.0-or-later
"""Pace of a run: how long it takes, by its first steps, so that hours do not come unexpected."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ...process.duration import duration_text

if TYPE_CHECKING:
    from collections.abc import Callable

MEASURED_STEPS = 3  # after the first one, in which libraries initialize
MEASURED_S = 2.0  # GPUs take more than three steps to show their pace
WORTH_SAYING_S = 60.0
LONG_S = 30 * 60.0


class Pace:
    """Measures the first steps.

    Args:
        steps: number of steps that this process will take.
        is_resumed: whether earlier steps were taken before an interruption.
        clock: function that returns the time in seconds.
    """

    def __init__(
        self, steps: int, *, is_resumed: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._steps, self._is_resumed, self._clock = steps, is_resumed, clock
        self._start_s: float | None = None
        self._taken, self._is_known = 0, False

    def step(self) -> str:
        """Count a completed step; return once how long the run takes if that is over a minute."""
        now_s = self._clock()
        if self._start_s is None:
            self._start_s = now_s
            return ""
        self._taken += 1
        measured_s = now_s - self._start_s
        if self._is_known or self._taken < MEASURED_STEPS or measured_s < MEASURED_S:
            return ""
        self._is_known = True
        return self._sentence(measured_s / self._taken)

    def _sentence(self, step_s: float) -> str:
        left = self._steps - self._taken - 1
        left_s = left * step_s
        if left_s < WORTH_SAYING_S:
            return ""
        what = "The rest of the training" if self._is_resumed else "Training"
        hint = "; set fewer steps for a shorter one" if left_s > LONG_S else ""
        return (
            f"{what} takes about {duration_text(left_s)} on this computer: {left:,} more steps of "
            f"{step_s:.2g} s each{hint}."
        )
