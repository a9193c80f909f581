# SPDX-License-Identifier: GPL-2.0-or-later
"""Kinds of scenes and draws whose right verdict is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ....synthetic import Scene, make_scene
from ....synthetic.layouts import TOWN
from ..park import park_and_avenue
from ..shifts import blurred_and_rebalanced, dry_and_hazy, labeled_by_heights
from .draws import DRAWS

if TYPE_CHECKING:
    from collections.abc import Callable

GSD_M = 0.2
SIZE_PX = 700
FIRST_SEED = 7_400  # scenes that no bundled model was trained on


def _town(seed: int) -> Scene:
    return labeled_by_heights(make_scene(FIRST_SEED + seed, SIZE_PX, GSD_M, None, TOWN))


def _park(seed: int) -> Scene:
    return labeled_by_heights(park_and_avenue(FIRST_SEED + seed, SIZE_PX, GSD_M))


def _other_season(seed: int) -> Scene:
    return dry_and_hazy(_town(seed))


def _other_sensor(seed: int) -> Scene:
    return blurred_and_rebalanced(_town(seed))


@dataclass(frozen=True)
class Kind:
    """Kind of jobs.

    Args:
        name: name in the command line.
        make: function that returns the scene of a seed.
        draw: one of `DRAWS`.
    """

    name: str
    make: Callable[[int], Scene]
    draw: str

    def __post_init__(self) -> None:
        """Check the draw."""
        if self.draw not in DRAWS:
            raise ValueError(f"There is no draw {self.draw!r}.")


KINDS = (
    Kind("season", _other_season, "errors"),
    Kind("sensor", _other_sensor, "errors"),
    Kind("park", _park, "errors"),
    Kind("park_random", _park, "random"),
    Kind("right", _town, "random"),
    Kind("noise", _town, "noise"),
    Kind("noise_season", _other_season, "noise"),
)
