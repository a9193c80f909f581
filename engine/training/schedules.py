# SPDX-License-Identifier: GPL-2.0-or-later
"""Learning rate schedules, and the momentum that suits a batch size.

E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
TPAMI 2017, Section 6.2.
"""

from __future__ import annotations

from dataclasses import replace
from functools import singledispatch
from math import cos, pi

from ..protocol.catalog.recipes import (
    Constant,
    Exponential,
    Poly,
    Schedule,
    Staircase,
    WarmCosine,
)


@singledispatch
def rate_at(schedule: object, base: float, step: int, steps: int) -> float:
    """Return the learning rate of a step.

    Args:
        schedule: schedule of a recipe.
        base: learning rate of the stage.
        step: number of the step, from 0.
        steps: number of steps of the stage.

    Raises:
        TypeError: if the object is not a schedule.

    Example:
        >>> round(rate_at(Poly(1.5), 5e-4, 50, 100), 9)
        0.000176777
    """
    raise TypeError(f"There is no schedule for {schedule!r}.")


@rate_at.register
def _(_schedule: Constant, base: float, _step: int, _steps: int) -> float:
    return base


@rate_at.register
def _(schedule: Exponential, base: float, step: int, _steps: int) -> float:
    return base * schedule.gamma**step


@rate_at.register
def _(schedule: Staircase, base: float, step: int, _steps: int) -> float:
    return max(schedule.floor, base * schedule.factor ** (step // schedule.every))


@rate_at.register
def _(schedule: Poly, base: float, step: int, steps: int) -> float:
    left = max(0.0, 1 - step / steps)
    return (base - schedule.end) * left**schedule.power + schedule.end


@rate_at.register
def _(schedule: WarmCosine, base: float, step: int, steps: int) -> float:
    return base * warm_cosine(step, steps, round(schedule.warm_share * steps))


def warm_cosine(step: int, steps: int, warm_steps: int) -> float:
    """Return the share 0..1 of the maximum rate at a step: linear warmup, then cosine decay to 0.

    Example:
        >>> [round(warm_cosine(step, 100, 10), 2) for step in (0, 9, 55, 100)]
        [0.1, 1.0, 0.5, 0.0]
    """
    if step < warm_steps:
        return (step + 1) / warm_steps
    done = (step - warm_steps) / max(1, steps - warm_steps)
    return 0.5 * (1 + cos(pi * min(1.0, done)))


def equal_momentum(momentum: float, batch: int, other_batch: int) -> float:
    """Return the momentum with the same decay per image at another batch size.

    With p^(1/k) = p'^(1/k'), momentum p at batch size k is equivalent to p' at batch size k'.

    Args:
        momentum: momentum p at batch size k.
        batch: batch size k.
        other_batch: batch size k' of the momentum p' that is returned.

    Example:
        >>> round(equal_momentum(0.9, 20, 1), 6)
        0.994746
    """
    return momentum ** (other_batch / batch)


@singledispatch
def paced(schedule: Schedule, pace: float) -> Schedule:
    """Return a schedule stretched or compressed to another number of steps.

    Args:
        schedule: schedule of a recipe.
        pace: number of steps of the recipe per step of the run.

    Example:
        >>> paced(Staircase(every=1000, factor=0.1), 10).every
        100
    """
    return schedule


@paced.register
def _(schedule: Exponential, pace: float) -> Schedule:
    return Exponential(schedule.gamma**pace)


@paced.register
def _(schedule: Staircase, pace: float) -> Schedule:
    return replace(schedule, every=max(1, round(schedule.every / pace)))
