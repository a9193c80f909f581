# SPDX-License-Identifier: GPL-2.0-or-later
"""Run log: progress, metrics, messages and the curve of a training run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...outputs.disk_room import with_room
from .pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ...process.reporter import Reporter
    from .curve_file import CurveFile
    from .plan import TrainingPlan

MOST_METRICS = 500  # maximum number of reported steps per metric and run
SHOWN_SCORES = ("mean_f1", "overall_accuracy")


class RunLog:
    """Reports the steps and scores of a run.

    Progress is relative to the steps that were left when this process started, so the remaining
    time can be estimated after an interruption, too.

    Args:
        reporter: receiver of progress, metrics and messages.
        plan: plan of the run.
        begins: number of steps completed before.
        curve: file of the curve; None: nothing is written.
    """

    def __init__(
        self, reporter: Reporter, plan: TrainingPlan, begins: int, curve: CurveFile | None
    ) -> None:
        self._reporter, self._steps, self._begins = reporter, plan.steps, begins
        self._every = max(1, plan.steps // MOST_METRICS)
        self._curve = curve
        self._pace = Pace(plan.steps - begins, is_resumed=begins > 0)

    def info(self, message: str) -> None:
        """Log a message."""
        self._reporter.log("info", message)

    def raise_if_canceled(self) -> None:
        """Stop the run if the job was canceled.

        Raises:
            JobCanceled: if the job was canceled.
        """
        self._reporter.raise_if_canceled()

    def step(self, done: int, loss: float, title: str) -> None:
        """Report the progress, and once how long the run takes.

        Args:
            done: number of completed steps of the whole run.
            loss: loss of the step.
            title: title of the architecture.
        """
        duration = self._pace.step()
        if duration:
            self.info(duration)
        share = (done - self._begins) / max(1, self._steps - self._begins)
        self._reporter.progress(
            share, f"Training {title}: step {done} of {self._steps}, loss {loss:.3g}"
        )

    def record(
        self, done: int, stage: int, loss: float, learning_rate: float, scores: Mapping[str, float]
    ) -> None:
        """Record the numbers of a step: at most `MOST_METRICS` times in a run, and all scores.

        Args:
            done: number of completed steps of the whole run.
            stage: number of the stage, from 1.
            loss: loss of the step.
            learning_rate: learning rate of the step.
            scores: validation scores by name; empty if the step was not validated.
        """
        is_due = done % self._every == 0
        if is_due:
            self._reporter.metric("loss", loss)
            self._reporter.metric("learning_rate", learning_rate)
        for name in SHOWN_SCORES:
            if name in scores:
                self._reporter.metric(f"validation_{name}", scores[name])
        if self._curve is not None and (is_due or scores):
            curve = self._curve
            self.with_room(
                lambda: curve.append(done, stage, loss, learning_rate, scores), 0, curve.flush
            )

    def with_room(
        self, work: Callable[[], None], needed_bytes: int, again: Callable[[], None] | None = None
    ) -> None:
        """Write files; if the disk is full, wait for space. See `outputs.disk_room`."""
        with_room(work, self._reporter, needed_bytes, again)
