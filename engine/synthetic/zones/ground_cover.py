# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground cover of a block, and scattered trees and bushes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..codes import LOW_VEGETATION
from ..spectra import (
    CHALK_SOIL,
    CROP,
    DRY_LAWN,
    DRY_MEADOW,
    FALLOW,
    HEATH,
    LAWN,
    MEADOW,
    PALE_SOIL,
    STUBBLE,
    TILLED_SOIL,
    TRODDEN,
    Material,
    choose,
)
from ..trees import grow_tree, plant_shrub

if TYPE_CHECKING:
    from ..canvas import Canvas
    from ..streets import StreetBlock, StreetPlan

VERGE_M = 2.0  # margin beyond a block's edge that is covered as well, except streets
LAWNS = ((LAWN, 4), (MEADOW, 2), (DRY_LAWN, 1), (DRY_MEADOW, 0.6), (TRODDEN, 0.4))
FIELDS = (
    (CROP, 3),
    (FALLOW, 1.2),
    (TILLED_SOIL, 2),
    (PALE_SOIL, 1.5),
    (CHALK_SOIL, 1.5),
    (STUBBLE, 1.8),
    (MEADOW, 2),
    (DRY_LAWN, 1),
    (DRY_MEADOW, 1.5),
    (TRODDEN, 0.5),
    (HEATH, 0.6),
)


def cover_block(
    rng: np.random.Generator,
    canvas: Canvas,
    plan: StreetPlan,
    block: StreetBlock,
    palette: tuple[tuple[Material, float], ...],
    height_m: float,
) -> None:
    """Cover a block with one or two kinds of low vegetation or soil, except streets.

    Args:
        rng: random number generator.
        canvas: part of the canvas that the block may cover.
        plan: street plan.
        block: block to cover, including a margin around it.
        palette: materials to choose from, with weights.
        height_m: height of the vegetation in meters.
    """
    whole = canvas.whole()
    u, v = plan.to_plan(*canvas.axes())
    middle_u, middle_v = block.center
    is_here = np.abs(u - middle_u) < block.length_m / 2 + VERGE_M
    is_here &= np.abs(v - middle_v) < block.depth_m / 2 + VERGE_M
    canvas.cover_ground(whole, is_here, LOW_VEGETATION, choose(rng, palette), height_m)
    if rng.random() < 0.4:
        half = is_here & (u - middle_u < rng.uniform(-0.3, 0.3) * block.length_m)
        canvas.cover_ground(whole, half, LOW_VEGETATION, choose(rng, palette), height_m)


def scatter(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock, count: int
) -> None:
    """Add trees and bushes at random positions in a block."""
    for _ in range(count):
        u, v = rng.uniform(block.low_u, block.high_u), rng.uniform(block.low_v, block.high_v)
        (grow_tree if rng.random() < 0.6 else plant_shrub)(rng, canvas, plan.place(u, v))
