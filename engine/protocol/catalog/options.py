# SPDX-License-Identifier: GPL-2.0-or-later
"""Build options of networks, as data.

The first choice of every option is that of the paper. The others are those of the authors' released
code, or other interpretations of an ambiguous paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple


@dataclass(frozen=True)
class Choice:
    """One choice of an option, and its effect on the tile geometry.

    Args:
        value: value in model cards.
        extra_halo_px: addition to the row's halo.
        scale: factor of the row's stride and halo.
        halo_px: replacement of the row's halo, for a choice that makes a network tileable.
        whole_image: whether the choice makes the network not tileable.
    """

    value: str
    extra_halo_px: int = 0
    scale: int = 1
    halo_px: Optional[int] = None
    whole_image: bool = False


@dataclass(frozen=True)
class Option:
    """A build option of an architecture.

    Args:
        name: keyword of the builder.
        summary: one-line description.
        choices: choices, that of the paper first.
    """

    name: str
    summary: str
    choices: Tuple[Choice, ...]

    @classmethod
    def of(cls, name: str, summary: str, *values: str) -> Option:
        """Return an option whose choices do not change the tile geometry."""
        return cls(name, summary, tuple(Choice(value) for value in values))

    @property
    def values(self) -> Tuple[str, ...]:
        """Values in model cards, the default first."""
        return tuple(choice.value for choice in self.choices)

    def choice(self, value: str) -> Choice:
        """Return the choice with a value.

        Raises:
            ValueError: if no choice has this value.
        """
        for choice in self.choices:
            if choice.value == value:
                return choice
        raise ValueError(f"{self.name} is {value!r}; it must be one of {', '.join(self.values)}.")


WIDTH = Option.of(
    "width",
    "channels relative to the paper; fewer for experiments and tests",
    "1",
    "1/2",
    "1/4",
    "1/8",
    "1/16",
)
