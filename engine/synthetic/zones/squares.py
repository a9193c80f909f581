# SPDX-License-Identifier: GPL-2.0-or-later
"""Squares, parking lots and aprons: blocks that are one wide sealed plane, empty or full."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np

from ..building import Building
from ..buildings import build, draw_roof
from ..canvas import GROUND_BELOW_M
from ..cars import STALL_LENGTH_M, mark_and_fill_stalls, park_car, park_truck
from ..clutter import put_box
from ..codes import IMPERVIOUS, LOW_VEGETATION
from ..furniture import furnish_place
from ..spectra import ASPHALT, CONCRETE, GRAVEL, LAWN, PAVING, SIDEWALK, WORN_ASPHALT, choose
from ..trees import grow_tree
from .industry import AISLE_M

if TYPE_CHECKING:
    from ..canvas import Canvas, Frame
    from ..streets import StreetBlock, StreetPlan

PLANES = (
    (ASPHALT, 2),
    (WORN_ASPHALT, 2.5),
    (CONCRETE, 2.5),
    (PAVING, 2),
    (SIDEWALK, 1.5),
    (GRAVEL, 0.7),
)
USES = ("square", "lot", "apron")
USE_SHARES = (0.45, 0.3, 0.25)
JOINTED_SHARE = 0.4


def furnish_square(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with a square, a parking lot or an apron."""
    use = USES[rng.choice(len(USES), p=USE_SHARES)]
    _pave(rng, canvas, plan, block)
    middle = plan.place(*block.center)
    {"square": _fill_square, "lot": _fill_lot, "apron": _fill_apron}[use](rng, canvas, plan, block)
    if rng.random() < 0.25:
        roof, slope, paint = draw_roof(rng, 0.7)
        spot = middle.moved(*rng.uniform(-0.35, 0.35, 2) * (block.length_m, block.depth_m))
        size_m = rng.uniform(4, 18), rng.uniform(3.5, 10)
        eaves_m = rng.uniform(2.6, 6)
        build(rng, canvas, Building(spot, *size_m, eaves_m, roof, min(slope, 0.5), paint))


def _pave(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock) -> None:
    """Cover a block with one material, at times with another in a part, joints or a lawn."""
    middle = plan.place(*block.center)
    verge_m = rng.uniform(0, 3) if rng.random() < 0.3 else 0.0
    lawn = canvas.rectangle(middle, block.length_m + 4, block.depth_m + 4)
    canvas.cover_ground(*lawn, LOW_VEGETATION, LAWN.mix(rng), height_m=0.05)
    paint = choose(rng, PLANES)
    frame, mask = canvas.rectangle(
        middle, block.length_m + 4 - 2 * verge_m, block.depth_m + 4 - 2 * verge_m
    )
    canvas.cover_ground(frame, mask, IMPERVIOUS, paint)
    if rng.random() < 0.35:
        part_m = block.length_m * rng.uniform(0.2, 0.6), block.depth_m * rng.uniform(0.2, 0.8)
        shift_m = rng.uniform(-0.25, 0.25, 2) * (block.length_m, block.depth_m)
        part = canvas.rectangle(middle.moved(*shift_m), *part_m)
        canvas.cover_ground(*part, IMPERVIOUS, choose(rng, PLANES))
    if rng.random() < JOINTED_SHARE and not frame.is_empty:
        _draw_joints(rng, canvas, frame, mask)
    if rng.random() < 0.2:
        bed_m = rng.uniform(4, 16), rng.uniform(3, 10)
        shift_m = rng.uniform(-0.3, 0.3, 2) * (block.length_m, block.depth_m)
        bed = canvas.rectangle(middle.moved(*shift_m), *bed_m)
        canvas.cover_ground(*bed, LOW_VEGETATION, LAWN.mix(rng), height_m=0.05)


def _draw_joints(rng: np.random.Generator, canvas: Canvas, frame: Frame, mask: np.ndarray) -> None:
    """Draw joints between slabs, or bands of paving stones, darker or brighter than the plane."""
    here = canvas.heights[frame.window] < GROUND_BELOW_M
    is_plane = mask & here & (canvas.labels[frame.window] == IMPERVIOUS)
    gap_m, width_m = rng.uniform(3, 9), max(rng.uniform(0.1, 0.6), 0.7 * canvas.gsd_m)
    is_joint = np.mod(frame.along, np.float32(gap_m)) < width_m
    is_joint |= np.mod(frame.across, np.float32(gap_m * rng.uniform(0.6, 1.6))) < width_m
    shade = np.float32(np.exp(rng.normal(0, 0.2)))
    for band in canvas.reflectance:
        np.multiply(band[frame.window], shade, out=band[frame.window], where=is_joint & is_plane)


def _fill_square(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Add furniture, rows of trees and a few cars, or nothing."""
    middle = plan.place(*block.center)
    reach_m = 0.4 * min(block.length_m, block.depth_m)
    furnish_place(rng, canvas, middle, reach_m, int(rng.choice((0, 2, 5, 9))))
    if rng.random() < 0.5:
        radius_m, gap_m = rng.uniform(1.5, 4.5), rng.uniform(7, 12)
        side = rng.choice((-1, 1))
        for along_m in np.arange(-0.45 * block.length_m, 0.45 * block.length_m, gap_m):
            spot = middle.moved(along_m, side * 0.38 * block.depth_m)
            grow_tree(rng, canvas, spot, radius_m * rng.uniform(0.8, 1.2))
    for _ in range(rng.poisson(rng.choice((0.0, 1.0, 4.0)))):
        spot = middle.moved(*rng.uniform(-0.45, 0.45, 2) * (block.length_m, block.depth_m))
        park_car(rng, canvas, spot.turned(rng.uniform(0, pi)))


def _fill_lot(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Add rows of stalls, from empty to full."""
    filled_share = rng.choice((0.0, 0.05, 0.3, 0.6, 0.9))
    stalls = max(2, int((block.length_m - 8) / 2.5))
    row_v = block.low_v + 5
    while row_v < block.high_v - 4:
        place = plan.place(block.center[0], row_v)
        mark_and_fill_stalls(rng, canvas, place, stalls, filled_share)
        if rng.random() < 0.3:
            spot = place.moved(rng.uniform(-0.4, 0.4) * block.length_m, 2.6)
            grow_tree(rng, canvas, spot, rng.uniform(1.2, 3.0))
        row_v += STALL_LENGTH_M + (AISLE_M if rng.random() < 0.6 else 0.3)


def _fill_apron(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Add a few trucks, cars and boxes, or nothing."""
    middle = plan.place(*block.center)
    for _ in range(rng.poisson(rng.choice((0.0, 2.0, 6.0)))):
        spot = middle.moved(*rng.uniform(-0.45, 0.45, 2) * (block.length_m, block.depth_m))
        turned, drawn = spot.turned(pi / 2 * rng.integers(2)), rng.random()
        if drawn < 0.3:
            park_truck(rng, canvas, turned)
        elif drawn < 0.55:
            park_car(rng, canvas, turned)
        else:
            size_m = rng.uniform(1, 6), rng.uniform(0.8, 2.5)
            put_box(rng, canvas, turned, *size_m, rng.uniform(0.5, 2.8))
