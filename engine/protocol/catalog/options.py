# SPDX-License-Identifier: GPL-2.0-or-later
"""Options: where a network can be built in more than one way, as data.

A paper's own way is the first choice of every option. The others are the ways of the authors'
released code, or of a reading that the paper leaves open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple


@dataclass(frozen=True)
class Choice:
    """One way to build, and what it does to the geometry of tiles.

    Args:
        value: what is written in a model card.
        extra_halo_px: added to the row's halo.
        scale: factor of the row's stride and halo.
        halo_px: replaces the row's halo; for a choice that makes a network tileable.
        whole_image: no halo is enough; for a choice that makes a network not tileable.
    """

    value: str
    extra_halo_px: int = 0
    scale: int = 1
    halo_px: Optional[int] = None
    whole_image: bool = False


@dataclass(frozen=True)
class Option:
    """What can be chosen about an architecture.

    Args:
        name: keyword of the builder.
        summary: what it changes, in one line.
        choices: the paper's way first.
    """

    name: str
    summary: str
    choices: Tuple[Choice, ...]

    @classmethod
    def of(cls, name: str, summary: str, *values: str) -> Option:
        """Return an option whose choices leave the geometry as it is."""
        return cls(name, summary, tuple(Choice(value) for value in values))

    @property
    def values(self) -> Tuple[str, ...]:
        """What can be written in a model card; the default first."""
        return tuple(choice.value for choice in self.choices)

    def choice(self, value: str) -> Choice:
        """Return the choice of a value.

        Raises:
            ValueError: there is no such choice.
        """
        for choice in self.choices:
            if choice.value == value:
                return choice
        raise ValueError(f"{self.name} is {value!r}; it must be one of {', '.join(self.values)}.")


WIDTH = Option.of(
    "width",
    "share of the paper's channels; less for trials and tests",
    "1",
    "1/2",
    "1/4",
    "1/8",
    "1/16",
)
