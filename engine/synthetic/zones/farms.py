# SPDX-License-Identifier: GPL-2.0-or-later
"""Farms: a house and barns around a yard, surrounded by fields."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

from ..building import Building
from ..buildings import build, build_wing, draw_roof
from ..cars import park_car, park_truck
from ..clutter import heap_pile, put_box
from ..codes import IMPERVIOUS
from ..furniture import build_tanks
from ..spectra import ASPHALT, GRAVEL, PAVING, SIDEWALK, choose
from ..trees import grow_tree, plant_shrub
from .barns import build_barn
from .fields import furnish_field

if TYPE_CHECKING:
    import numpy as np

    from ..canvas import Canvas, Place
    from ..streets import StreetBlock, StreetPlan

YARDS = ((GRAVEL, 3), (PAVING, 2), (SIDEWALK, 1), (ASPHALT, 1))


def furnish_farm(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with fields and a farmstead at its low edge, where a street may pass."""
    furnish_field(rng, canvas, plan, block)
    length_m, depth_m = rng.uniform(30, 60), min(rng.uniform(26, 48), block.depth_m - 6)
    u = block.center[0] + rng.uniform(-0.5, 0.5) * max(0.0, block.length_m - length_m)
    yard = plan.place(u, block.low_v + depth_m / 2 + 1)
    ground = canvas.rectangle(yard, length_m * 0.8, depth_m * 0.8)
    canvas.cover_ground(*ground, IMPERVIOUS, choose(rng, YARDS))
    approach = canvas.rectangle(yard.moved(0, -depth_m / 2), rng.uniform(3, 6), depth_m / 2)
    canvas.cover_ground(*approach, IMPERVIOUS, choose(rng, YARDS))
    _build_house(rng, canvas, yard.moved(-0.36 * length_m, 0).turned(pi / 2))
    build_barn(rng, canvas, yard.moved(0.36 * length_m, rng.normal(0, 3)).turned(pi / 2), depth_m)
    for _ in range(rng.integers(0, 3)):
        back = yard.moved(rng.uniform(-0.2, 0.2) * length_m, depth_m * rng.uniform(0.4, 0.55))
        build_barn(rng, canvas, back, length_m)
    _fill_yard(rng, canvas, yard, length_m, depth_m)


def _build_house(rng: np.random.Generator, canvas: Canvas, place: Place) -> None:
    """Add a house of one or two stories, sometimes with a wing."""
    roof, slope, paint = draw_roof(rng, flat_share=0.05)
    eaves_m = 2.8 * rng.integers(1, 3) + rng.uniform(0.2, 0.9)
    size_m = rng.uniform(9, 18), rng.uniform(7.5, 11)
    house = Building(place.turned(rng.normal(0, 0.05)), *size_m, eaves_m, roof, slope, paint)
    build(rng, canvas, house)
    if rng.random() < 0.3:
        build_wing(rng, canvas, house)


def _fill_yard(
    rng: np.random.Generator, canvas: Canvas, yard: Place, length_m: float, depth_m: float
) -> None:
    """Add vehicles, boxes and piles to the yard, and trees around it."""

    def anywhere(within_fraction: float) -> Place:
        shift_m = rng.uniform(-within_fraction, within_fraction, 2) * (length_m, depth_m)
        return yard.moved(*shift_m).turned(rng.uniform(0, pi))

    for _ in range(rng.poisson(2)):
        (park_truck if rng.random() < 0.3 else park_car)(rng, canvas, anywhere(0.35))
    for _ in range(rng.poisson(3)):
        size_m = rng.uniform(1, 4)
        put_box(rng, canvas, anywhere(0.5), size_m, size_m * 0.6, rng.uniform(0.8, 2.5))
    if rng.random() < 0.4:
        build_tanks(rng, canvas, anywhere(0.45), int(rng.integers(1, 4)))
    if rng.random() < 0.4:
        heap_pile(rng, canvas, anywhere(0.6))
    for _ in range(rng.poisson(6)):
        (grow_tree if rng.random() < 0.7 else plant_shrub)(rng, canvas, anywhere(0.8))
