# SPDX-License-Identifier: GPL-2.0-or-later
"""Zones: what a block is used for. Each zone is one function that furnishes one block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .blocks_of_flats import furnish_perimeter
from .green import furnish_field, furnish_park, furnish_site
from .houses import furnish_houses
from .works import furnish_works

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..canvas import Canvas
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
BUILT_ZONES = 3  # the first ones; the middle of a scene is always built up


def furnish_blocks(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, blocks: list[Block]
) -> None:
    """Draw a zone for each block and furnish those that reach into the scene."""
    weights = np.array(CHARACTERS[rng.integers(len(CHARACTERS))])
    for block in blocks:
        block_rng = np.random.default_rng(rng.integers(2**63))
        place = plan.place(*block.center)
        reach_m = 0.75 * max(block.length_m, block.depth_m)
        if canvas.frame(place, reach_m) is None:
            continue
        is_middle = max(abs(c) for c in block.center) < 60
        shares = weights[:BUILT_ZONES] if is_middle else weights
        zone = ZONES[block_rng.choice(len(shares), p=shares / shares.sum())]
        zone(block_rng, canvas, plan, block)
