# SPDX-License-Identifier: GPL-2.0-or-later
"""The position: how far a run is, and what it has come to; what a checkpoint says in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class RunProgress:
    """How far a run is.

    Args:
        stage: number of the stage, from 0.
        step: steps done in the stage.
        pretrained: names of the weights that come from the model to start from.
        best: best mean F1 of the stage so far; below zero: none yet.
        misses: scores since the best one.
        losses: sum of the losses since the last entry of the curve.
        counted: their number.
        seconds: that the run took, all its parts together.
        curve: what was noted on the way: step, loss, learning rate, scores.
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
        """Go to the beginning of the next stage."""
        self.stage, self.step, self.best, self.misses = self.stage + 1, 0, -1.0, 0

    def add_loss(self, loss: float) -> None:
        """Note that a step was made."""
        self.step += 1
        self.losses += loss
        self.counted += 1

    def mean_loss(self) -> float:
        """Return the mean loss since this was asked last."""
        mean = self.losses / max(1, self.counted)
        self.losses, self.counted = 0.0, 0
        return mean

    def update_best(self, mean_f1: float) -> bool:
        """Note a score, and say whether it is the best one of the stage."""
        is_best = mean_f1 > self.best
        self.best, self.misses = (mean_f1, 0) if is_best else (self.best, self.misses + 1)
        return is_best
