# SPDX-License-Identifier: GPL-2.0-or-later
"""Zones: what a block is used for. Each zone is one function that furnishes one block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..sight import blocks_in_sight
from .blocks_of_flats import furnish_perimeter
from .green import furnish_field, furnish_park, furnish_site
from .houses import furnish_houses
from .works import furnish_works

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..canvas import Canvas
    from ..noise import NoiseSource
    from ..streets import Block, StreetPlan

    Furnish = Callable[[np.random.Generator, Canvas, StreetPlan, Block], None]

ZONES: tuple[Furnish, ...] = (
    furnish_houses,
    furnish_perimeter,
    furnish_works,
    furnish_park,
    furnish_field,
    furnish_site,
)

# How often each zone comes up in the country, a village, a suburb, a town and an industrial estate
CHARACTERS = (
    (0.20, 0.02, 0.04, 0.08, 0.60, 0.06),
    (0.60, 0.04, 0.06, 0.10, 0.16, 0.04),
    (0.66, 0.12, 0.08, 0.07, 0.03, 0.04),
    (0.20, 0.52, 0.14, 0.08, 0.02, 0.04),
    (0.14, 0.12, 0.56, 0.04, 0.06, 0.08),
)
DISTRICT_M = 600.0  # of one character
BUILT_ZONES = 3  # the first ones; the middle of a scene is always built up


def furnish_blocks(source: NoiseSource, canvas: Canvas, plan: StreetPlan) -> None:
    """Draw a zone for each block in sight and furnish it, with random numbers of its own."""
    for block, part in blocks_in_sight(plan, canvas):
        rng = source.child(block.row, block.column).generator()
        weights = _zone_weights(source, block)
        zone = ZONES[rng.choice(len(weights), p=weights / weights.sum())]
        zone(rng, part, plan, block)


def _zone_weights(source: NoiseSource, block: Block) -> np.ndarray:
    """Return how likely each zone is: by the character of the district, but built in the middle."""
    districts = (round(middle_m / DISTRICT_M) for middle_m in block.center)
    rng = source.child("district", *districts).generator()
    weights = np.array(CHARACTERS[rng.integers(len(CHARACTERS))])
    is_middle = max(abs(middle_m) for middle_m in block.center) < 60
    return weights[:BUILT_ZONES] if is_middle else weights
