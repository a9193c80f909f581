# SPDX-License-Identifier: GPL-2.0-or-later
"""Run log: progress, metrics and messages of a run, for the reporter and for TensorBoard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .event_file import EventFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ...process.reporter import Reporter
    from .plan import Plan

MOST_METRICS = 500  # maximum number of reported steps per metric and run


class RunLog:
    """Reports the steps and scores of a run.

    Progress is relative to the steps that were left when this process started, so the remaining
    time can be estimated after an interruption, too.

    Args:
        reporter: receiver of progress, metrics and messages.
        plan: plan of the run.
        begins: number of steps completed before.
        logs: folder for TensorBoard; None: nothing is written.
    """

    def __init__(self, reporter: Reporter, plan: Plan, begins: int, logs: Path | None) -> None:
        self._reporter, self._steps, self._begins = reporter, plan.steps, begins
        self._every = max(1, plan.steps // MOST_METRICS)
        self._file = EventFile(logs, begins + 1) if logs else None

    def info(self, message: str) -> None:
        """Log a message."""
        self._reporter.log("info", message)

    def raise_if_canceled(self) -> None:
        """Stop the run if the job was canceled.

        Raises:
            JobCanceled: if the job was canceled.
        """
        self._reporter.raise_if_canceled()

    def step(self, done: int, loss: float, learning_rate: float, title: str) -> None:
        """Report a step.

        Args:
            done: number of completed steps of the whole run.
            loss: loss of the step.
            learning_rate: learning rate of the step.
            title: title of the architecture.
        """
        share = (done - self._begins) / max(1, self._steps - self._begins)
        self._reporter.progress(
            share, f"Training {title}: step {done} of {self._steps}, loss {loss:.3g}"
        )
        if done % self._every == 0:
            self.record(done, {"loss": loss, "learning_rate": learning_rate})

    def record(self, done: int, numbers: Mapping[str, float]) -> None:
        """Report metrics of a step by name."""
        for name, number in numbers.items():
            self._reporter.metric(name, number)
        if self._file is not None:
            self._file.add(done, numbers)
