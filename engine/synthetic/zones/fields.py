# SPDX-License-Identifier: GPL-2.0-or-later
"""Fields: strips of crops and bare soil with traces of machines, and hedges and trees."""

from __future__ import annotations

from dataclasses import replace
from math import pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..canvas import GROUND_BELOW_M
from ..codes import LOW_VEGETATION
from ..spectra import GRAY_SOIL, TILLED_SOIL, choose
from ..trees import (
    grow_canopy,
    grow_stand,
    grow_thicket,
    grow_tree,
    grow_wood,
    plant_hedge,
    plant_shrub,
)
from .ground_cover import FIELDS, LAWNS, cover_block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..canvas import Canvas
    from ..streets import StreetBlock, StreetPlan

STRIPS = (1, 1, 2, 2, 3, 5)
STRIP_M = 8.0  # least mean width of the strips
WHEEL_M = 1.8  # track width of a tractor
PASSES = 64  # number of machine passes after which the pattern repeats
WORKED_SHARE = 0.8  # share of strips with rows left by machines
GRAY_SHARE = 0.12  # share of strips of soil that only its rows part from pavement
ROW_CONTRASTS = (0.02, 0.16)
GRAY_ROW_CONTRASTS = (0.05, 0.2)  # fainter rows would make it pavement
TALLEST_M, TALLEST_GRAY_M = 0.35, 0.02  # crops, and clods of bare soil
FINEST_ROWS_PX = 2.5  # closer rows would alias


def furnish_field(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with adjacent fields, a row of trees or bushes, and groves."""
    cover_block(rng, canvas, plan, block, LAWNS, 0.1)
    u, v = plan.to_plan(*canvas.axes())
    for strip in strips_of(rng, block):
        _till(rng, canvas, u, v, strip)
    _line_edge(rng, canvas, plan, block)
    middle = plan.place(*block.center)
    reach_m = block.depth_m / 3
    groves = ((grow_wood, 0.3), (grow_thicket, 0.25), (grow_stand, 0.35), (grow_canopy, 0.15))
    for grow, share in groves:
        if rng.random() < share:
            spot = middle.moved(*rng.uniform(-reach_m, reach_m, 2)).turned(rng.uniform(0, pi))
            grow(rng, canvas, spot, rng.uniform(8, 35), rng.uniform(3, 20))


def strips_of(rng: np.random.Generator, block: StreetBlock) -> Iterator[StreetBlock]:
    """Yield the strips of a block, cut lengthwise or crosswise, some with grass between them."""
    count = int(rng.choice(STRIPS))
    is_lengthwise = rng.random() < 0.5
    low, high = (block.low_v, block.high_v) if is_lengthwise else (block.low_u, block.high_u)
    count = min(count, int((high - low) / STRIP_M))
    shares = np.cumsum(rng.uniform(0.5, 1.5, count))
    edges = low + (high - low) * np.append(0, shares / shares[-1])
    balk_m = rng.uniform(0, 1.5) * (rng.random() < 0.6)
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        inner = (start + balk_m / 2, end - balk_m / 2)
        if is_lengthwise:
            yield replace(block, low_v=inner[0], high_v=inner[1])
        else:
            yield replace(block, low_u=inner[0], high_u=inner[1])


class Course(NamedTuple):
    """Working direction of machines on a field.

    Args:
        along: coordinate along the direction, (h, w) float32, in meters.
        across: coordinate across the direction, (h, w) float32, in meters.
        start_m: start of the field along the direction, where machines turn.
        end_m: end of the field along the direction, where machines turn.
    """

    along: np.ndarray
    across: np.ndarray
    start_m: float
    end_m: float


def _till(
    rng: np.random.Generator, canvas: Canvas, u: np.ndarray, v: np.ndarray, strip: StreetBlock
) -> None:
    """Cover a strip with one crop or bare soil, varied by moisture and traces of machines.

    Gray soil always has rows, because nothing else parts it from pavement.

    Args:
        rng: random number generator.
        canvas: part of the canvas that the strip's block may cover.
        u: plan coordinate u of the canvas' pixels, (h, w) float32, in meters.
        v: plan coordinate v of the canvas' pixels, (h, w) float32, in meters.
        strip: strip of the block.
    """
    is_here = strip.holds(u, v)
    is_gray = rng.random() < GRAY_SHARE
    paint = GRAY_SOIL.mix(rng) if is_gray else choose(rng, FIELDS)
    height_m = rng.uniform(0.0, TALLEST_GRAY_M if is_gray else TALLEST_M)
    canvas.cover_ground(canvas.whole(), is_here, LOW_VEGETATION, paint, height_m)
    is_field = is_here & (canvas.labels == LOW_VEGETATION) & (canvas.heights < GROUND_BELOW_M)
    moisture = 1 + np.float32(rng.uniform(0, 0.16)) * canvas.patches
    shade, bareness = np.clip(moisture, 0.5, 1.5), np.zeros_like(canvas.patches)
    if is_gray or rng.random() < WORKED_SHARE:
        lengthwise = Course(u, v, strip.low_u, strip.high_u)
        crosswise = Course(v, u, strip.low_v, strip.high_v)
        course = lengthwise if rng.random() < 0.5 else crosswise
        is_turn = headlands(rng, course)
        contrast = rng.uniform(*(GRAY_ROW_CONTRASTS if is_gray else ROW_CONTRASTS))
        shade = shade * drill_rows(rng, canvas.gsd_m, course, is_turn, contrast)
        bareness = wheel_tracks(rng, course) * ~is_turn
    for band, soil in zip(canvas.reflectance, TILLED_SOIL.mix(rng).spectrum, strict=True):
        worked = band * shade
        np.copyto(band, worked + bareness * (soil - worked), where=is_field)


def headlands(rng: np.random.Generator, course: Course) -> np.ndarray:
    """Return the mask of headlands, where machines turn, (h, w) bool; empty in some fields."""
    turn_m = rng.uniform(0, 14) * (rng.random() < 0.6)
    from_end_m = np.minimum(course.along - course.start_m, course.end_m - course.along)
    return np.asarray(from_end_m < turn_m)


def drill_rows(
    rng: np.random.Generator, gsd_m: float, course: Course, is_turn: np.ndarray, contrast: float
) -> np.ndarray:
    """Return the relative brightness of rows and machine passes, (h, w) float32, 1 on average.

    Args:
        rng: random number generator.
        gsd_m: edge of a pixel in meters.
        course: working direction of the machines.
        is_turn: mask of the headlands, (h, w) bool.
        contrast: relative amplitude of the rows, 0..1.
    """
    sideways = np.where(is_turn, course.along, course.across)
    period_m = max(rng.uniform(0.3, 2.5), FINEST_ROWS_PX * gsd_m)
    rows = 1 + np.float32(contrast) * np.sin(sideways * np.float32(2 * pi / period_m))
    pass_m = rng.uniform(3, 12)
    passes = rng.normal(1, rng.uniform(0, 0.07), PASSES).astype(np.float32)
    return rows * passes[np.floor(sideways / np.float32(pass_m)).astype(int) % PASSES]


def wheel_tracks(rng: np.random.Generator, course: Course) -> np.ndarray:
    """Return the share of bare soil in wheel tracks, (h, w), 0..1; all 0 in half of the fields."""
    if rng.random() < 0.5:
        return np.zeros_like(course.across)
    gap_m, width_m, bareness = rng.uniform(9, 28), rng.uniform(0.25, 0.6), rng.uniform(0.2, 0.9)
    beside_m = np.mod(course.across, np.float32(gap_m))
    is_track = (beside_m < width_m) | (np.abs(beside_m - WHEEL_M) < width_m / 2)
    return np.float32(bareness) * is_track


def _line_edge(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Add trees or bushes along one edge of a block, and sometimes a hedge along the other."""
    side_v = rng.choice((block.low_v + 2, block.high_v - 2))
    shrub_share, grown_share = rng.uniform(0, 0.6), rng.choice((0, 0.3, 0.6, 0.6))
    for u in np.arange(block.low_u, block.high_u, rng.uniform(3, 11)):
        if rng.random() < grown_share:
            grow = plant_shrub if rng.random() < shrub_share else grow_tree
            grow(rng, canvas, plan.place(u, side_v + rng.normal(0, 0.8)))
    if rng.random() < 0.25:
        row = plan.place(block.center[0], block.low_v + block.high_v - side_v)
        plant_hedge(rng, canvas, row, block.length_m * rng.uniform(0.3, 1))
