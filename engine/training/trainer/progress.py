# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress of a run: its position, scores and learning curve, saved in the checkpoint header."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class RunProgress:
    """Progress of a run.

    Args:
        stage: number of the stage, from 0.
        step: number of completed steps of the stage.
        pretrained: names of the weights from the model to start from.
        best: best mean F1 of the stage so far; negative before the first validation.
        misses: number of validations since the best one.
        losses: sum of the losses since the last entry of the curve.
        counted: number of losses in that sum.
        seconds: duration of the run, including the time before interruptions.
        curve: learning curve; each entry has step, loss, learning rate and scores.
    """

    stage: int = 0
    step: int = 0
    pretrained: list[str] = field(default_factory=list)
    best: float = -1.0
    misses: int = 0
    losses: float = 0.0
    counted: int = 0
    seconds: float = 0.0
    curve: list[dict[str, Any]] = field(default_factory=list)

    def next_stage(self) -> None:
        """Move on to the beginning of the next stage."""
        self.stage, self.step, self.best, self.misses = self.stage + 1, 0, -1.0, 0

    def add_loss(self, loss: float) -> None:
        """Count a step and add its loss."""
        self.step += 1
        self.losses += loss
        self.counted += 1

    def mean_loss(self) -> float:
        """Return the mean loss since the last call."""
        mean = self.losses / max(1, self.counted)
        self.losses, self.counted = 0.0, 0
        return mean

    def update_best(self, mean_f1: float) -> bool:
        """Record a score and return whether it is the best one of the stage."""
        is_best = mean_f1 > self.best
        self.best, self.misses = (mean_f1, 0) if is_best else (self.best, self.misses + 1)
        return is_best
