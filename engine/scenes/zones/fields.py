# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields: strips of crops and bare soil as machines leave them, woody plants along their edges."""

from __future__ import annotations

from dataclasses import replace
from math import pi
from typing import TYPE_CHECKING

import numpy as np

from ..canvas import GROUND_BELOW_M
from ..codes import LOW_VEGETATION
from ..spectra import (
    CROP,
    DRY_LAWN,
    FALLOW,
    HEATH,
    MEADOW,
    PALE_SOIL,
    STUBBLE,
    TILLED_SOIL,
    choose,
)
from ..trees import grow_stand, grow_thicket, grow_tree, grow_wood, plant_hedge, plant_shrub
from .land import LAWNS, sow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..canvas import Canvas
    from ..streets import Block, StreetPlan

FIELDS = (
    (CROP, 3),
    (FALLOW, 1.2),
    (TILLED_SOIL, 2),
    (PALE_SOIL, 1.5),
    (STUBBLE, 1.8),
    (MEADOW, 2),
    (DRY_LAWN, 1),
    (HEATH, 0.6),
)
STRIPS = (1, 1, 2, 2, 3, 5)
NARROWEST_M = 8.0
WHEEL_M = 1.8  # between the tracks of a tractor
PASSES = 64  # after which machines leave the same stripes again
WORKED_SHARE = 0.8  # of all strips: machines left rows


def furnish_field(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Furnish a block as fields side by side, with a row of trees, bushes and groves."""
    sow(rng, canvas, plan, block, LAWNS, 0.1)
    for strip in _strips(rng, block):
        _till(rng, canvas, plan, strip)
    _line_edge(rng, canvas, plan, block)
    middle = plan.place(*block.center)
    reach_m = block.depth_m / 3
    for grow, share in ((grow_wood, 0.3), (grow_thicket, 0.25), (grow_stand, 0.35)):
        if rng.random() < share:
            spot = middle.moved(*rng.uniform(-reach_m, reach_m, 2)).turned(rng.uniform(0, pi))
            grow(rng, canvas, spot, rng.uniform(8, 35), rng.uniform(3, 20))


def _strips(rng: np.random.Generator, block: Block) -> Iterator[Block]:
    """Yield the fields of a block, cut lengthwise or crosswise, some with grass between them."""
    count = int(rng.choice(STRIPS))
    is_lengthwise = rng.random() < 0.5
    low, high = (block.low_v, block.high_v) if is_lengthwise else (block.low_u, block.high_u)
    count = min(count, int((high - low) / NARROWEST_M))
    shares = np.cumsum(rng.uniform(0.5, 1.5, count))
    edges = low + (high - low) * np.append(0, shares / shares[-1])
    balk_m = rng.uniform(0, 1.5) * (rng.random() < 0.6)
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        inner = (start + balk_m / 2, end - balk_m / 2)
        if is_lengthwise:
            yield replace(block, low_v=inner[0], high_v=inner[1])
        else:
            yield replace(block, low_u=inner[0], high_u=inner[1])


def _till(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, strip: Block) -> None:
    """Cover a strip with one crop or bare soil, uneven by moisture and by what machines leave."""
    u, v = plan.to_plan(*canvas.axes())
    is_here = (u > strip.low_u) & (u < strip.high_u) & (v > strip.low_v) & (v < strip.high_v)
    paint, height_m = choose(rng, FIELDS), rng.uniform(0.0, 0.35)
    canvas.cover_ground(canvas.whole(), is_here, LOW_VEGETATION, paint, height_m)
    is_field = is_here & (canvas.labels == LOW_VEGETATION) & (canvas.heights < GROUND_BELOW_M)
    moisture = 1 + np.float32(rng.uniform(0, 0.16)) * canvas.patches
    shade, bareness = np.clip(moisture, 0.5, 1.5), np.zeros_like(canvas.patches)
    if rng.random() < WORKED_SHARE:
        lengthwise = u, v, (strip.low_u, strip.high_u)
        crosswise = v, u, (strip.low_v, strip.high_v)
        courses = lengthwise if rng.random() < 0.5 else crosswise
        rows, bareness = _rows(rng, canvas.gsd_m, *courses)
        shade = shade * rows
    for band, soil in zip(canvas.reflectance, TILLED_SOIL.mix(rng).spectrum, strict=True):
        worked = band * shade
        np.copyto(band, worked + bareness * (soil - worked), where=is_field)


def _rows(
    rng: np.random.Generator,
    gsd_m: float,
    along: np.ndarray,
    across: np.ndarray,
    length: tuple[float, float],
) -> tuple[np.ndarray, np.ndarray]:
    """Return the brightness of drill rows and passes, and how bare wheels left the soil.

    Args:
        rng: what is drawn from.
        gsd_m: edge of a pixel.
        along: metres along the course of the machines, (H, W).
        across: metres across it, (H, W).
        length: where the field begins and ends along the course; machines turn there.
    """
    turn_m = rng.uniform(0, 14) * (rng.random() < 0.6)
    is_turn = np.minimum(along - length[0], length[1] - along) < turn_m
    course = np.where(is_turn, along, across)
    period_m = max(rng.uniform(0.3, 2.5), 2.5 * gsd_m)
    rows = 1 + np.float32(rng.uniform(0.02, 0.16)) * np.sin(course * np.float32(2 * pi / period_m))
    pass_m = rng.uniform(3, 12)
    passes = rng.normal(1, rng.uniform(0, 0.07), PASSES).astype(np.float32)
    rows = rows * passes[np.floor(course / np.float32(pass_m)).astype(int) % PASSES]
    if rng.random() < 0.5:
        return rows, np.zeros_like(rows)
    gap_m, width_m, bareness = rng.uniform(9, 28), rng.uniform(0.25, 0.6), rng.uniform(0.2, 0.9)
    beside = np.mod(across, np.float32(gap_m))
    is_track = (beside < width_m) | (np.abs(beside - WHEEL_M) < width_m / 2)
    return rows, np.float32(bareness) * (is_track & ~is_turn)


def _line_edge(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: Block) -> None:
    """Grow trees or bushes along one edge of a block, and a hedge along the other."""
    side_v = rng.choice((block.low_v + 2, block.high_v - 2))
    shrub_share, grown_share = rng.uniform(0, 0.6), rng.choice((0, 0.3, 0.6, 0.6))
    for u in np.arange(block.low_u, block.high_u, rng.uniform(3, 11)):
        if rng.random() < grown_share:
            plant = plant_shrub if rng.random() < shrub_share else grow_tree
            plant(rng, canvas, plan.place(u, side_v + rng.normal(0, 0.8)))
    if rng.random() < 0.25:
        row = plan.place(block.center[0], block.low_v + block.high_v - side_v)
        plant_hedge(rng, canvas, row, block.length_m * rng.uniform(0.3, 1))
