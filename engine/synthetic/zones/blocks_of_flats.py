# SPDX-License-Identifier: GPL-2.0-or-later
"""Apartment buildings: closed rows around a courtyard, slabs, towers and rings."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from ..building import Building
from ..buildings import build, build_ring, draw_roof
from ..cars import mark_and_fill_stalls
from ..clutter import put_box
from ..codes import IMPERVIOUS, LOW_VEGETATION
from ..roofs import Roof
from ..spectra import ASPHALT, FLAT_ROOFS, LAWN, PAVING, choose
from ..trees import grow_tree, plant_shrub

if TYPE_CHECKING:
    import numpy as np

    from ..canvas import Canvas
    from ..streets import StreetBlock, StreetPlan

COURTS = ((ASPHALT, 2), (PAVING, 2))


def furnish_perimeter(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with closed rows of houses around a courtyard."""
    middle = plan.place(*block.center)
    whole = canvas.rectangle(middle, block.length_m + 4, block.depth_m + 4)
    canvas.cover_ground(*whole, LOW_VEGETATION, LAWN.mix(rng), height_m=0.05)
    court = canvas.rectangle(middle, block.length_m * rng.uniform(0.5, 0.9), block.depth_m * 0.42)
    canvas.cover_ground(*court, IMPERVIOUS, choose(rng, COURTS))
    width_m, eaves_m = rng.uniform(9.5, 12), rng.uniform(7, 16)
    for front_v, inward in ((block.low_v, 1), (block.high_v, -1)):
        setback_m = rng.choice((0.0, 3.0))
        v = front_v + inward * (setback_m + width_m / 2)
        _build_row(rng, canvas, plan, block, v, width_m, eaves_m)
    _fill_court(rng, canvas, plan, block)


def furnish_towers(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with slabs, towers or a ring around a courtyard, on lawns with trees."""
    middle = plan.place(*block.center)
    lawn = canvas.rectangle(middle, block.length_m + 4, block.depth_m + 4)
    canvas.cover_ground(*lawn, LOW_VEGETATION, LAWN.mix(rng), height_m=0.05)
    path = canvas.rectangle(middle.moved(0, rng.uniform(-6, 6)), block.length_m, rng.uniform(2, 6))
    canvas.cover_ground(*path, IMPERVIOUS, choose(rng, COURTS))
    roof, slope, paint = draw_roof(rng, flat_share=0.8)
    depth_m, eaves_m = rng.uniform(10, 15), rng.uniform(9, 34)
    if rng.random() < 0.35:
        ring = Building(
            middle, 0.7 * block.length_m, 0.85 * block.depth_m, min(eaves_m, 18), roof, slope, paint
        )
        build_ring(rng, canvas, ring, depth_m)
    else:
        for share in (-0.3, 0.0, 0.3):
            place = middle.moved(share * block.length_m, rng.uniform(-5, 5)).turned(
                rng.choice((0, pi / 2))
            )
            slab = Building(place, rng.uniform(14, 36), depth_m, eaves_m, roof, slope, paint)
            build(rng, canvas, slab)
    for _ in range(rng.poisson(block.length_m * rng.uniform(0.1, 0.5))):
        spot = middle.moved(*(rng.uniform(-0.5, 0.5, 2) * (block.length_m, block.depth_m)))
        grow_tree(rng, canvas, spot)
    stalls = int(block.length_m * 0.3 / 2.5)
    mark_and_fill_stalls(rng, canvas, middle.moved(0, -0.4 * block.depth_m), stalls, 0.6)


def _build_row(
    rng: np.random.Generator,
    canvas: Canvas,
    plan: StreetPlan,
    block: StreetBlock,
    v: float,
    width_m: float,
    eaves_m: float,
) -> None:
    roof, slope, _ = draw_roof(rng, flat_share=0.35)
    roof = roof if roof in (Roof.FLAT, Roof.MANSARD) else Roof.GABLE
    at = block.low_u
    while at + 9 < block.high_u:
        length_m = min(rng.uniform(10, 24), block.high_u - at)
        _, _, paint = draw_roof(rng, flat_share=float(roof is Roof.FLAT))
        height_m = max(5.5, eaves_m + rng.choice((-2.8, 0, 0, 2.8)) * (rng.random() < 0.6))
        if rng.random() < 0.92:
            place = plan.place(at + length_m / 2, v)
            build(rng, canvas, Building(place, length_m, width_m, height_m, roof, slope, paint))
        at += length_m


def _fill_court(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    u, v = block.center
    stalls = int(block.length_m * 0.4 / 2.5)
    place = plan.place(u + rng.uniform(-5, 5), v + rng.choice((-3.5, 3.5)))
    mark_and_fill_stalls(rng, canvas, place, stalls, rng.uniform(0.4, 0.95))
    if rng.random() < 0.6:
        garage = plan.place(u + block.length_m * 0.3, v - 4)
        paint = choose(rng, FLAT_ROOFS)
        build(rng, canvas, Building(garage, rng.uniform(9, 20), 5.5, 2.6, Roof.FLAT, 0, paint))
    for _ in range(rng.poisson(block.length_m / 9)):
        spot = plan.place(u + rng.uniform(-0.48, 0.48) * block.length_m, v + rng.uniform(-9, 9))
        if rng.random() < 0.6:
            grow_tree(rng, canvas, spot)
        else:
            plant_shrub(rng, canvas, spot)
    for _ in range(rng.poisson(3)):
        spot = plan.place(u + rng.uniform(-0.4, 0.4) * block.length_m, v + rng.uniform(-9, 9))
        put_box(rng, canvas, spot, rng.uniform(1.2, 2.5), 1.1, rng.uniform(1.1, 1.5))
