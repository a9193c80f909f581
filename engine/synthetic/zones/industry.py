# SPDX-License-Identifier: GPL-2.0-or-later
"""Industrial zones: halls, parking lots, and yards with trucks and containers."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from ..building import Building
from ..buildings import build, draw_roof
from ..cars import STALL_LENGTH_M, mark_and_fill_stalls, park_truck
from ..clutter import heap_pile, lay_track, put_box, put_up_fence, stack_containers
from ..codes import IMPERVIOUS, LOW_VEGETATION
from ..furniture import build_shed, build_tanks
from ..roofs import Roof
from ..spectra import ASPHALT, CONCRETE, GRAVEL, LAWN, SIDEWALK, choose
from ..trees import grow_tree

if TYPE_CHECKING:
    import numpy as np

    from ..canvas import Canvas
    from ..streets import StreetBlock, StreetPlan

YARDS = ((ASPHALT, 4), (SIDEWALK, 1.5), (CONCRETE, 1.5), (GRAVEL, 0.5))
AISLE_M = 6.5


def furnish_works(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with a hall on one side and a parking lot or yard on the other."""
    u, v = block.center
    middle = plan.place(u, v)
    verge = canvas.rectangle(middle, block.length_m + 4, block.depth_m + 4)
    canvas.cover_ground(*verge, LOW_VEGETATION, LAWN.mix(rng), height_m=0.05)
    yard = canvas.rectangle(middle, block.length_m - 3, block.depth_m - 5)
    canvas.cover_ground(*yard, IMPERVIOUS, choose(rng, YARDS))
    hall_m = block.length_m * rng.uniform(0.3, 0.55)
    side = rng.choice((-1, 1))
    _build_hall(rng, canvas, plan, block, u - side * (block.length_m - hall_m) / 2 * 0.9, hall_m)
    lot_m = block.length_m - hall_m - 8
    lot_u = u + side * (hall_m + 6) / 2
    (_fill_lot if rng.random() < 0.65 else _fill_yard)(rng, canvas, plan, lot_u, block, lot_m)
    for _ in range(rng.poisson(6)):
        edge_v = rng.choice((block.low_v + 1, block.high_v - 1))
        grow_tree(rng, canvas, plan.place(rng.uniform(block.low_u, block.high_u), edge_v))
    if rng.random() < 0.3:
        spot = plan.place(lot_u, rng.choice((block.low_v + 5, block.high_v - 5)))
        build_tanks(rng, canvas, spot, int(rng.integers(1, 5)))
    for _ in range(rng.poisson(0.7)):
        spot = plan.place(lot_u + rng.uniform(-0.4, 0.4) * lot_m, block.high_v - 4)
        build_shed(rng, canvas, spot)
    if rng.random() < 0.4:
        put_up_fence(rng, canvas, plan.place(u, block.low_v + 0.5), block.length_m * 0.8)
    if rng.random() < 0.2:
        for track in range(rng.integers(1, 4)):
            lay_track(rng, canvas, plan.place(u, block.high_v - 2.5 - 5 * track), block.length_m)


def _build_hall(
    rng: np.random.Generator,
    canvas: Canvas,
    plan: StreetPlan,
    block: StreetBlock,
    u: float,
    length_m: float,
) -> None:
    width_m = (block.depth_m - 10) * rng.uniform(0.6, 0.95)
    roof, slope, paint = draw_roof(rng, flat_share=0.65)
    if rng.random() < 0.1:
        roof, slope = Roof.SAWTOOTH, 0.3
    place = plan.place(u, block.center[1])
    hall = Building(
        place, length_m - 3, width_m, rng.uniform(4.5, 11), roof, min(slope, 0.3), paint
    )
    build(rng, canvas, hall)
    if rng.random() < 0.6:
        roof, slope, paint = draw_roof(rng, flat_share=0.9)
        office = place.moved(rng.uniform(-0.3, 0.3) * length_m, width_m * 0.4)
        build(
            rng, canvas, Building(office, 14, 9, rng.uniform(6, 12), roof, min(slope, 0.4), paint)
        )


def _fill_lot(
    rng: np.random.Generator,
    canvas: Canvas,
    plan: StreetPlan,
    u: float,
    block: StreetBlock,
    length_m: float,
) -> None:
    filled_share = rng.uniform(0.3, 0.9)
    stalls = max(2, int((length_m - 6) / 2.5))
    row_v = block.low_v + 6
    while row_v < block.high_v - 5:
        place = plan.place(u, row_v)
        mark_and_fill_stalls(rng, canvas, place, stalls, filled_share)
        if rng.random() < 0.4:
            grow_tree(rng, canvas, place.moved(rng.uniform(-0.4, 0.4) * length_m, 2.6), 2.0)
        row_v += STALL_LENGTH_M + (AISLE_M if rng.random() < 0.6 else 0.3)


def _fill_yard(
    rng: np.random.Generator,
    canvas: Canvas,
    plan: StreetPlan,
    u: float,
    block: StreetBlock,
    length_m: float,
) -> None:
    for _ in range(rng.poisson(length_m * block.depth_m / 130)):
        spot = plan.place(
            u + rng.uniform(-0.45, 0.45) * length_m,
            rng.uniform(block.low_v + 5, block.high_v - 5),
        )
        drawn = rng.random()
        if drawn < 0.35:
            stack_containers(rng, canvas, spot, int(rng.integers(1, 5)))
        elif drawn < 0.6:
            park_truck(rng, canvas, spot.turned(rng.choice((0, pi / 2))))
        elif drawn < 0.72:
            heap_pile(rng, canvas, spot)
        else:
            turned = spot.turned(rng.uniform(0, pi))
            put_box(
                rng, canvas, turned, rng.uniform(1.2, 5), rng.uniform(1, 2.5), rng.uniform(0.6, 2.5)
            )
