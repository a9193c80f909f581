# SPDX-License-Identifier: GPL-2.0-or-later
"""Open land: parks, fields, and land that is being built on."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np

from ..clutter import flood, lay_sandpit, strip_soil
from ..codes import IMPERVIOUS, LOW_VEGETATION
from ..spectra import (
    CROP,
    DRY_LAWN,
    FALLOW,
    GRAVEL,
    HEATH,
    LAWN,
    MEADOW,
    PAVING,
    STUBBLE,
    TILLED_SOIL,
    Material,
    choose,
)
from ..trees import grow_stand, grow_thicket, grow_tree, grow_wood, plant_hedge, plant_shrub

if TYPE_CHECKING:
    from ..canvas import Canvas
    from ..streets import Block, StreetPlan

LAWNS = ((LAWN, 4), (MEADOW, 2), (DRY_LAWN, 1))
FIELDS = (
    (CROP, 3),
    (FALLOW, 1.2),
    (TILLED_SOIL, 2),
    (STUBBLE, 1.5),
    (MEADOW, 2),
    (DRY_LAWN, 1),
    (HEATH, 0.6),
)
PATHS = ((GRAVEL, 2), (PAVING, 1))


def furnish_park(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Furnish a block as a park with paths, trees and a playground."""
    middle = plan.place(*block.center)
    _sow(rng, canvas, plan, block, LAWNS, 0.05)
    paint = choose(rng, PATHS)
    for _ in range(rng.integers(1, 4)):
        way = middle.moved(*rng.uniform(-8, 8, 2)).turned(rng.uniform(0, pi))
        path = canvas.rectangle(way, 0.95 * block.length_m, rng.uniform(1.6, 3))
        canvas.cover_ground(*path, IMPERVIOUS, paint)
    if rng.random() < 0.5:
        lay_sandpit(rng, canvas, middle.moved(*rng.uniform(-12, 12, 2)), rng.uniform(4, 8))
    _scatter(rng, canvas, plan, block, count=rng.poisson(block.length_m * block.depth_m / 120))


def furnish_field(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Furnish a block as one or two fields with a row of trees, bushes and groves."""
    _sow(rng, canvas, plan, block, FIELDS, rng.uniform(0.05, 0.35))
    _drill(rng, canvas, plan, block)
    side_v = rng.choice((block.low_v + 2, block.high_v - 2))
    shrub_share = rng.uniform(0, 0.6)
    for u in np.arange(block.low_u, block.high_u, rng.uniform(3, 11)):
        if rng.random() < 0.6:
            plant = plant_shrub if rng.random() < shrub_share else grow_tree
            plant(rng, canvas, plan.place(u, side_v + rng.normal(0, 0.8)))
    middle = plan.place(*block.center)
    if rng.random() < 0.25:
        row = plan.place(block.center[0], block.low_v + block.high_v - side_v)
        plant_hedge(rng, canvas, row, block.length_m * rng.uniform(0.3, 1))
    for grow, share in ((grow_wood, 0.3), (grow_thicket, 0.25), (grow_stand, 0.35)):
        if rng.random() < share:
            spot = middle.moved(*rng.uniform(-15, 15, 2)).turned(rng.uniform(0, pi))
            grow(rng, canvas, spot, rng.uniform(8, 35), rng.uniform(3, 20))


def furnish_wood(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Furnish a block with a wood of one or two ages, and a clearing or a pond."""
    middle = plan.place(*block.center)
    _sow(rng, canvas, plan, block, LAWNS, 0.15)
    if rng.random() < 0.35:
        pond = middle.moved(*rng.uniform(-12, 12, 2)).turned(rng.uniform(0, pi))
        flood(rng, canvas, pond, rng.uniform(12, 45), rng.uniform(6, 20))
    share = rng.uniform(0.4, 1.0)
    for sign in (-1, 1):
        half = middle.moved(sign * block.length_m / 4, 0)
        if rng.random() < 0.85:
            grow_wood(rng, canvas, half, share * block.length_m / 2, share * block.depth_m)
    if rng.random() < 0.5:
        edge = middle.moved(*rng.uniform(-25, 25, 2)).turned(rng.uniform(0, pi))
        grow_stand(rng, canvas, edge, rng.uniform(8, 30), rng.uniform(4, 15))
    _scatter(rng, canvas, plan, block, count=rng.poisson(8))


def furnish_site(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Furnish a block as rough land with a building site on it."""
    middle = plan.place(*block.center)
    _sow(rng, canvas, plan, block, FIELDS, 0.1)
    length_m, width_m = (
        block.length_m * rng.uniform(0.3, 0.8),
        block.depth_m * rng.uniform(0.4, 0.8),
    )
    if rng.random() < 0.5:
        grow_stand(rng, canvas, middle.moved(*rng.uniform(-20, 20, 2)), rng.uniform(5, 20), 8)
    strip_soil(rng, canvas, middle.moved(rng.uniform(-8, 8), 0), length_m, width_m)
    _scatter(rng, canvas, plan, block, count=rng.poisson(10))


def _sow(
    rng: np.random.Generator,
    canvas: Canvas,
    plan: StreetPlan,
    block: Block,
    palette: tuple[tuple[Material, float], ...],
    height_m: float,
) -> None:
    length_m, depth_m = block.length_m + 4, block.depth_m + 4
    frame, land = canvas.rectangle(plan.place(*block.center), length_m, depth_m)
    canvas.cover_ground(frame, land, LOW_VEGETATION, choose(rng, palette), height_m)
    if rng.random() < 0.4:
        half = land & (frame.along < rng.uniform(-0.3, 0.3) * length_m)
        canvas.cover_ground(frame, half, LOW_VEGETATION, choose(rng, palette), height_m)


def _scatter(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block, count: int
) -> None:
    for _ in range(count):
        u, v = rng.uniform(block.low_u, block.high_u), rng.uniform(block.low_v, block.high_v)
        (grow_tree if rng.random() < 0.6 else plant_shrub)(rng, canvas, plan.place(u, v))


def _drill(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Leave drill rows and wheel tracks in the crop."""
    frame, mask = canvas.rectangle(plan.place(*block.center), block.length_m, block.depth_m)
    rows = 1 + 0.10 * np.sin(frame.across * np.float32(2 * pi / rng.uniform(0.7, 2.5)))
    tracks = np.abs(np.mod(frame.across, np.float32(rng.uniform(9, 20))) - 1.8)
    rows *= np.where(np.abs(tracks - 0.9) < 0.2, np.float32(0.85), 1)
    crop = mask & (canvas.labels[frame.window] == LOW_VEGETATION)
    canvas.reflectance[(slice(None), *frame.window)] *= np.where(crop, rows, 1)
