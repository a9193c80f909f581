# SPDX-License-Identifier: GPL-2.0-or-later
"""Training loop: the steps of a stage, for `train`, `compare`, bundled models and benchmarks."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import torch

from ..protocol import EngineError
from .seeds import seed_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .batches import Batches
    from .steps import StageTraining


class StepResult(NamedTuple):
    """Result of an optimizer step.

    Args:
        done: number of completed steps of the stage.
        loss: loss before the step, summed over all processes.
        learning_rate: learning rate of the step.
    """

    done: int
    loss: float
    learning_rate: float


def _go_on() -> bool:
    return True


def train_stage(
    training: StageTraining,
    batches: Batches,
    stage: int = 0,
    steps_before: int = 0,
    goes_on: Callable[[], bool] = _go_on,
) -> Iterator[StepResult]:
    """Take the remaining steps of a stage and yield the result of each.

    Args:
        training: training of the stage, new or resumed.
        batches: source of the patches.
        stage: number of the stage, from 0.
        steps_before: number of steps of all earlier stages.
        goes_on: callback before each step that returns whether to take it; it may raise to cancel.

    Raises:
        EngineError: if the loss becomes NaN or infinite.
    """
    processes = batches.processes
    for pending in batches.prefetch(training.recipe, stage, training.done, training.steps):
        if not goes_on():
            return
        torch.manual_seed(seed_at(batches.seed, stage, training.done, processes.number))
        rate = training.learning_rate
        loss = processes.total(training.step(pending))
        if not isfinite(loss):
            raise EngineError(
                f"The loss became NaN or infinite after {steps_before + training.done} steps: "
                "choose a lower learning_rate."
            )
        yield StepResult(training.done, loss, rate)
