# SPDX-License-Identifier: GPL-2.0-or-later
"""Watch over the trainings of a run: progress, time left, cancellation, early end, limit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...outputs.disk_room import with_room
from ...process.duration import duration_text
from ...protocol import JobCanceled
from .plan import Costs, replanned

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...process.reporter import Reporter
    from .clock import Clock
    from .early_end import EarlyEnd
    from .progress import FinetuneProgress

SMOOTHING = 0.9  # of the measured duration of a step


class Watch:
    """Watch over the trainings.

    Args:
        progress: progress of the run.
        clock: time limit.
        early_end: request to end now and keep the best.
        alphas: number of networks that each fold is scored with.
        reporter: reporter of the trainings.
    """

    def __init__(
        self,
        progress: FinetuneProgress,
        clock: Clock,
        early_end: EarlyEnd,
        alphas: int,
        reporter: Reporter,
    ) -> None:
        self._progress, self._clock, self._early_end = progress, clock, early_end
        self._alphas, self._reporter = alphas, reporter
        self._begun = progress.done
        self._step_s = progress.costs.step_s

    def raise_if_canceled(self) -> None:
        """Stop the run if the job was canceled.

        Raises:
            JobCanceled: if the job was canceled.
        """
        self._reporter.raise_if_canceled()

    @property
    def is_canceled(self) -> bool:
        """Whether the job was canceled."""
        try:
            self._reporter.raise_if_canceled()
        except JobCanceled:
            return True
        return False

    @property
    def spent_s(self) -> float:
        """Duration of the run so far in seconds."""
        return self._clock.spent_s

    def is_stopped(self) -> bool:
        """Return whether the run should end now with the best so far."""
        return self._early_end.is_requested()

    def is_out_of_time(self, steps_after: int) -> bool:
        """Return whether a training has to end so that the rest keeps within the limit.

        Args:
            steps_after: number of steps of the trainings after it.
        """
        costs = self.costs
        return self._clock.left_s < costs.step_s * (1 + steps_after) + costs.rest_s

    def replan(self, *, is_last: bool = False) -> None:
        """Fit the rest of the plan into the limit at the present pace.

        Args:
            is_last: whether no folds are to come.
        """
        progress = self._progress
        if progress.is_fixed:
            return
        folds = progress.fold if is_last else progress.wanted.folds
        wanted, left_s = replace(progress.wanted, folds=folds), self._clock.left_s
        plan = replanned(wanted, self.costs, self._alphas, left_s, progress.fold)
        progress.plan = replace(plan, is_cut=plan.is_cut or progress.plan.is_cut)

    @property
    def costs(self) -> Costs:
        """Durations at the present pace."""
        measured = self._progress.costs
        pace = self._step_s / measured.step_s
        return Costs(*(pace * seconds for seconds in measured))

    def step(self, seconds: float, title: str) -> None:
        """Report a step.

        Args:
            seconds: duration of the step.
            title: title of the training.
        """
        self._step_s = SMOOTHING * self._step_s + (1 - SMOOTHING) * seconds
        plan, done = self._progress.plan, self._progress.done
        share = (done - self._begun) / max(1, plan.all_steps - self._begun)
        costs = self.costs
        left_s = costs.step_s * (plan.all_steps - done) + costs.rest_s
        undone = (plan.folds - self._progress.fold) / max(1, plan.folds)
        left_s += undone * costs.look_s * self._alphas
        left_s = min(left_s, max(0.0, self._clock.left_s))
        self._reporter.progress(min(1.0, share), f"{title}, {duration_text(left_s)} left")

    def score(self, name: str, value: float) -> None:
        """Report a score."""
        self._reporter.metric(name, value)

    def with_room(self, work: Callable[[], None], needed_bytes: int) -> None:
        """Write files; if the disk is full, wait for space. See `outputs.disk_room`."""
        with_room(work, self._reporter, needed_bytes)
