# SPDX-License-Identifier: GPL-2.0-or-later
"""Schedules as data: how a learning rate changes while training goes on.

`engine.training.schedules` computes with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union


@dataclass(frozen=True)
class Constant:
    """The rate stays as it is."""


@dataclass(frozen=True)
class Exponential:
    """The rate is multiplied by the same factor at each step.

    Args:
        gamma: that factor.

    Example:
        >>> round(Exponential.tenth_after(10_000).gamma, 8)
        0.99976977
    """

    gamma: float

    def __post_init__(self) -> None:
        """Refuse a rate that would rise or vanish at once."""
        if not 0 < self.gamma <= 1:
            raise ValueError(f"The factor of each step must be within 0..1, not {self.gamma}.")

    @classmethod
    def tenth_after(cls, steps: int) -> Exponential:
        """Return the schedule that divides the rate by ten in so many steps."""
        return cls(10 ** (-1 / steps))


@dataclass(frozen=True)
class Staircase:
    """The rate drops now and then, and stays in between.

    Args:
        every: steps between two drops.
        factor: of each drop.
        floor: rate it never falls below.
    """

    every: int
    factor: float
    floor: float = 0.0

    def __post_init__(self) -> None:
        """Refuse stairs that lead nowhere."""
        if self.every < 1 or not 0 < self.factor <= 1 or self.floor < 0:
            raise ValueError("Stairs need a number of steps, a factor within 0..1 and a floor.")


@dataclass(frozen=True)
class Poly:
    """The rate falls as a power of what is left of the training.

    Args:
        power: of the share that is left.
        end: rate after the last step.
    """

    power: float
    end: float = 0.0

    def __post_init__(self) -> None:
        """Refuse a rate that would rise or turn negative."""
        if self.power <= 0 or self.end < 0:
            raise ValueError("The power must be above zero, and the last rate not below.")


@dataclass(frozen=True)
class WarmCosine:
    """The rate rises in a ramp, then falls along half a cosine to zero.

    Args:
        warm_share: of the steps, for the ramp.
    """

    warm_share: float

    def __post_init__(self) -> None:
        """Refuse a ramp longer than the training."""
        if not 0 <= self.warm_share < 1:
            raise ValueError(f"The share of the ramp must be within 0..1, not {self.warm_share}.")


Schedule = Union[Constant, Exponential, Staircase, Poly, WarmCosine]
