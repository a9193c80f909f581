# SPDX-License-Identifier: GPL-2.0-or-later
"""Open land: parks, woods and building sites."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from ..clutter import fill_pond, lay_sandpit, strip_soil
from ..codes import IMPERVIOUS
from ..furniture import furnish_place
from ..spectra import ASPHALT, GRAVEL, PAVING, choose
from ..trees import grow_canopy, grow_stand, grow_tree, grow_wood
from .ground_cover import FIELDS, LAWNS, cover_block, scatter

if TYPE_CHECKING:
    import numpy as np

    from ..canvas import Canvas
    from ..streets import StreetBlock, StreetPlan

PATHS = ((GRAVEL, 2), (PAVING, 1), (ASPHALT, 1))


def furnish_park(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with a park: paths, trees and sometimes a playground."""
    middle = plan.place(*block.center)
    cover_block(rng, canvas, plan, block, LAWNS, 0.05)
    paint = choose(rng, PATHS)
    for _ in range(rng.integers(1, 4)):
        way = middle.moved(*rng.uniform(-8, 8, 2)).turned(rng.uniform(0, pi))
        path = canvas.rectangle(way, 0.95 * block.length_m, rng.uniform(1.6, 3))
        canvas.cover_ground(*path, IMPERVIOUS, paint)
    if rng.random() < 0.5:
        lay_sandpit(rng, canvas, middle.moved(*rng.uniform(-12, 12, 2)), rng.uniform(4, 8))
    for _ in range(rng.poisson(rng.choice((0.0, 1.5)))):
        spot = middle.moved(*rng.uniform(-0.3, 0.3, 2) * (block.length_m, block.depth_m))
        turned = spot.turned(rng.uniform(0, pi))
        grow_canopy(rng, canvas, turned, rng.uniform(10, 45), rng.uniform(8, 30))
    typical_m = rng.uniform(2.0, 11.0)
    count = rng.poisson(block.length_m * block.depth_m / max(110, 6 * typical_m**2))
    for _ in range(count // 2):
        shift_m = rng.uniform(-0.48, 0.48, 2) * (block.length_m, block.depth_m)
        grow_tree(rng, canvas, middle.moved(*shift_m), typical_m * rng.uniform(0.6, 1.3))
    scatter(rng, canvas, plan, block, count=count - count // 2)
    furnish_place(rng, canvas, middle, 0.3 * block.depth_m, int(rng.poisson(1.5)))


def furnish_wood(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with woods of one or two ages, clearings and sometimes a pond."""
    middle = plan.place(*block.center)
    cover_block(rng, canvas, plan, block, LAWNS, 0.15)
    if rng.random() < 0.35:
        pond = middle.moved(*rng.uniform(-12, 12, 2)).turned(rng.uniform(0, pi))
        fill_pond(rng, canvas, pond, rng.uniform(12, 45), rng.uniform(6, 20))
    share = rng.uniform(0.4, 1.0)
    for sign in (-1, 1):
        half = middle.moved(sign * block.length_m / 4, 0)
        drawn = rng.random()
        if drawn < 0.25:
            grow_canopy(rng, canvas, half, share * block.length_m / 2, share * block.depth_m)
        elif drawn < 0.9:
            grow_wood(rng, canvas, half, share * block.length_m / 2, share * block.depth_m)
    if rng.random() < 0.5:
        edge = middle.moved(*rng.uniform(-25, 25, 2)).turned(rng.uniform(0, pi))
        grow_stand(rng, canvas, edge, rng.uniform(8, 30), rng.uniform(4, 15))
    scatter(rng, canvas, plan, block, count=rng.poisson(8))


def furnish_site(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with uncultivated land and a building site."""
    middle = plan.place(*block.center)
    cover_block(rng, canvas, plan, block, FIELDS, 0.1)
    length_m, width_m = (
        block.length_m * rng.uniform(0.3, 0.8),
        block.depth_m * rng.uniform(0.4, 0.8),
    )
    if rng.random() < 0.5:
        grow_stand(rng, canvas, middle.moved(*rng.uniform(-20, 20, 2)), rng.uniform(5, 20), 8)
    strip_soil(rng, canvas, middle.moved(rng.uniform(-8, 8), 0), length_m, width_m)
    scatter(rng, canvas, plan, block, count=rng.poisson(10))
