# SPDX-License-Identifier: GPL-2.0-or-later
"""Open land: parks, fields, and land that is being built on."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np

from ..clutter import lay_sandpit, strip_soil
from ..codes import IMPERVIOUS, LOW_VEGETATION
from ..spectra import CROP, DRY_LAWN, FALLOW, GRAVEL, LAWN, MEADOW, PAVING, choose
from ..trees import grow_tree, plant_shrub

if TYPE_CHECKING:
    from ..canvas import Canvas
    from ..streets import Block, StreetPlan

LAWNS = ((LAWN, 4), (MEADOW, 2), (DRY_LAWN, 1))
FIELDS = ((CROP, 3), (FALLOW, 1.5), (MEADOW, 2), (DRY_LAWN, 1))
PATHS = ((GRAVEL, 2), (PAVING, 1))


def furnish_park(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Furnish a block as a park, or as a field with a row of trees."""
    u, v = block.center
    middle = plan.place(u, v)
    is_field = rng.random() < 0.4
    land = canvas.rectangle(middle, block.length_m + 4, block.depth_m + 4)
    if land:
        height_m = rng.uniform(0.05, 0.35) if is_field else 0.05
        paint = choose(rng, FIELDS if is_field else LAWNS)
        canvas.cover_ground(*land, LOW_VEGETATION, paint, height_m=height_m)
    if is_field:
        _plant_rows(rng, canvas, plan, block)
        return
    path = PAVING.mix(rng) if rng.random() < 0.4 else GRAVEL.mix(rng)
    for _ in range(rng.integers(1, 4)):
        way = middle.moved(*rng.uniform(-8, 8, 2)).turned(rng.uniform(0, pi))
        found = canvas.rectangle(way, 1.5 * block.length_m, rng.uniform(1.6, 3))
        if found:
            inside = np.hypot(found[0].along, 0) < 0.48 * block.length_m
            canvas.cover_ground(found[0], found[1] & inside, IMPERVIOUS, path)
    if rng.random() < 0.5:
        lay_sandpit(rng, canvas, middle.moved(*rng.uniform(-12, 12, 2)), rng.uniform(4, 8))
    for _ in range(rng.poisson(block.length_m * block.depth_m / 120)):
        spot = plan.place(
            rng.uniform(block.low_u, block.high_u), rng.uniform(block.low_v, block.high_v)
        )
        (grow_tree if rng.random() < 0.75 else plant_shrub)(rng, canvas, spot)


def furnish_site(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Furnish a block as rough land with a building site on it."""
    middle = plan.place(*block.center)
    land = canvas.rectangle(middle, block.length_m + 4, block.depth_m + 4)
    if land:
        canvas.cover_ground(*land, LOW_VEGETATION, choose(rng, FIELDS), height_m=0.1)
    length_m, width_m = block.length_m * rng.uniform(0.3, 0.8), block.depth_m * rng.uniform(0.4, 0.8)
    strip_soil(rng, canvas, middle.moved(rng.uniform(-8, 8), 0), length_m, width_m)
    for _ in range(rng.poisson(10)):
        spot = plan.place(
            rng.uniform(block.low_u, block.high_u), rng.uniform(block.low_v, block.high_v)
        )
        (grow_tree if rng.random() < 0.6 else plant_shrub)(rng, canvas, spot)


def _plant_rows(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Leave drill rows in the crop, and trees along one side."""
    found = canvas.rectangle(plan.place(*block.center), block.length_m, block.depth_m)
    if found:
        frame, mask = found
        rows = 1 + 0.10 * np.sin(frame.across * np.float32(2 * pi / rng.uniform(0.7, 2.5)))
        lowland = mask & (canvas.labels[frame.window] == LOW_VEGETATION)
        canvas.reflectance[:, *frame.window] *= np.where(lowland, rows, 1)
    side_v = rng.choice((block.low_v + 2, block.high_v - 2))
    for u in np.arange(block.low_u, block.high_u, rng.uniform(5, 9)):
        if rng.random() < 0.7:
            grow_tree(rng, canvas, plan.place(u, side_v + rng.normal(0, 0.8)))
