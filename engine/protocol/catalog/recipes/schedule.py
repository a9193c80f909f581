# SPDX-License-Identifier: GPL-2.0-or-later
"""Learning rate schedules as data.

`engine.training.schedules` implements them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True)
class Constant:
    """Constant rate."""


@dataclass(frozen=True)
class Exponential:
    """Exponential decay of the rate.

    Args:
        gamma: factor of each step.

    Example:
        >>> round(Exponential.tenth_after(10_000).gamma, 8)
        0.99976977
    """

    gamma: float

    def __post_init__(self) -> None:
        """Check the factor."""
        if not 0 < self.gamma <= 1:
            raise ValueError(f"The factor of each step must be within 0..1, not {self.gamma}.")

    @classmethod
    def tenth_after(cls, steps: int) -> Exponential:
        """Return the schedule that divides the rate by ten in a number of steps."""
        return cls(10 ** (-1 / steps))


@dataclass(frozen=True)
class Staircase:
    """Step decay of the rate at regular intervals.

    Args:
        every: number of steps between two drops.
        factor: factor of each drop.
        floor: lower limit of the rate.
    """

    every: int
    factor: float
    floor: float = 0.0

    def __post_init__(self) -> None:
        """Check interval, factor and floor."""
        if self.every < 1 or not 0 < self.factor <= 1 or self.floor < 0:
            raise ValueError(
                "A staircase needs a positive interval, a factor within 0..1 and a floor."
            )


@dataclass(frozen=True)
class Poly:
    """Polynomial decay of the rate.

    Args:
        power: exponent of the remaining share of the training.
        end: rate after the last step.
    """

    power: float
    end: float = 0.0

    def __post_init__(self) -> None:
        """Check exponent and final rate."""
        if self.power <= 0 or self.end < 0:
            raise ValueError("The power must be positive, and the last rate not negative.")


@dataclass(frozen=True)
class WarmCosine:
    """Linear warmup, then cosine decay of the rate to zero.

    Args:
        warm_share: share of the steps of the warmup.
    """

    warm_share: float

    def __post_init__(self) -> None:
        """Check the share of the warmup."""
        if not 0 <= self.warm_share < 1:
            raise ValueError(f"The warmup share must be within 0..1, not {self.warm_share}.")


Schedule = Union[Constant, Exponential, Staircase, Poly, WarmCosine]
