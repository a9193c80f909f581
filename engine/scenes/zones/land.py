# SPDX-License-Identifier: GPL-2.0-or-later
"""Land: what covers a whole block, and what stands about on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..codes import LOW_VEGETATION
from ..spectra import DRY_LAWN, LAWN, MEADOW, Material, choose
from ..trees import grow_tree, plant_shrub

if TYPE_CHECKING:
    from ..canvas import Canvas
    from ..streets import Block, StreetPlan

VERGE_M = 2.0  # of a block's land between its edge and what was left of a street
LAWNS = ((LAWN, 4), (MEADOW, 2), (DRY_LAWN, 1))


def sow(
    rng: np.random.Generator,
    canvas: Canvas,
    plan: StreetPlan,
    block: Block,
    palette: tuple[tuple[Material, float], ...],
    height_m: float,
) -> None:
    """Cover a block with low plants of one kind or of two."""
    whole = canvas.whole()
    u, v = plan.to_plan(*canvas.axes())
    middle_u, middle_v = block.center
    land = np.abs(u - middle_u) < block.length_m / 2 + VERGE_M
    land &= np.abs(v - middle_v) < block.depth_m / 2 + VERGE_M
    canvas.cover_ground(whole, land, LOW_VEGETATION, choose(rng, palette), height_m)
    if rng.random() < 0.4:
        half = land & (u - middle_u < rng.uniform(-0.3, 0.3) * block.length_m)
        canvas.cover_ground(whole, half, LOW_VEGETATION, choose(rng, palette), height_m)


def scatter(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block, count: int
) -> None:
    """Let trees and bushes stand anywhere in a block."""
    for _ in range(count):
        u, v = rng.uniform(block.low_u, block.high_u), rng.uniform(block.low_v, block.high_v)
        (grow_tree if rng.random() < 0.6 else plant_shrub)(rng, canvas, plan.place(u, v))
