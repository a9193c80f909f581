# SPDX-License-Identifier: GPL-2.0-or-later
"""The run_log: what a run tells while it goes on, to whoever listens and to TensorBoard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .event_file import EventFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ...process.reporter import Reporter
    from .plan import Plan

MOST_METRICS = 500  # of each kind in a whole run


class RunLog:
    """Takes note of steps and scores.

    Progress is that of what was left when this process began, so the time left can be told from
    it after an interruption, too.

    Args:
        reporter: hears of progress and metrics.
        plan: of the run.
        begins: steps that were done before.
        logs: folder for TensorBoard; None: nothing is written.
    """

    def __init__(self, reporter: Reporter, plan: Plan, begins: int, logs: Path | None) -> None:
        self._reporter, self._steps, self._begins = reporter, plan.steps, begins
        self._every = max(1, plan.steps // MOST_METRICS)
        self._file = EventFile(logs, begins + 1) if logs else None

    def info(self, message: str) -> None:
        """Say a sentence."""
        self._reporter.log("info", message)

    def raise_if_canceled(self) -> None:
        """Leave the run if somebody asked for it.

        Raises:
            JobCanceled: somebody did.
        """
        self._reporter.raise_if_canceled()

    def step(self, done: int, loss: float, learning_rate: float, title: str) -> None:
        """Note a step.

        Args:
            done: steps of the whole run so far.
            loss: before it.
            learning_rate: of it.
            title: of what is trained.
        """
        share = (done - self._begins) / max(1, self._steps - self._begins)
        self._reporter.progress(
            share, f"Training {title}: step {done} of {self._steps}, loss {loss:.3g}"
        )
        if done % self._every == 0:
            self.record(done, {"loss": loss, "learning_rate": learning_rate})

    def record(self, done: int, numbers: Mapping[str, float]) -> None:
        """Note numbers of a step by their names."""
        for name, number in numbers.items():
            self._reporter.metric(name, number)
        if self._file is not None:
            self._file.add(done, numbers)
