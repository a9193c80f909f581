# SPDX-License-Identifier: GPL-2.0-or-later
"""Houses with gardens: a block split into lots with one house each."""

from __future__ import annotations

from dataclasses import dataclass
from math import pi
from typing import TYPE_CHECKING

from ..building import Building
from ..buildings import build, build_wing, draw_roof
from ..cars import park_car
from ..clutter import dig_pool, put_box, put_up_fence
from ..codes import IMPERVIOUS, LOW_VEGETATION
from ..furniture import build_shed, lay_terrace
from ..roofs import Roof
from ..spectra import DRY_LAWN, FLAT_ROOFS, GRAVEL, LAWN, MEADOW, PAVING, SIDEWALK, choose
from ..trees import grow_tree, plant_hedge, plant_shrub

if TYPE_CHECKING:
    import numpy as np

    from ..canvas import Canvas, Place
    from ..streets import StreetBlock, StreetPlan

FRONTAGE_M = (13.0, 24.0)
GARDENS = ((LAWN, 5), (MEADOW, 2), (DRY_LAWN, 1.5))
DRIVES = ((PAVING, 3), (SIDEWALK, 2), (GRAVEL, 1))


@dataclass(frozen=True)
class Lot:
    """A lot on a street.

    Args:
        plan: street plan.
        u: plan coordinate u of its middle.
        front_v: plan coordinate v of its front edge, at the sidewalk.
        inward: direction of v away from the street, +1 or -1.
        frontage_m: length along the street in meters.
        depth_m: extent away from the street in meters.
    """

    plan: StreetPlan
    u: float
    front_v: float
    inward: int
    frontage_m: float
    depth_m: float

    def place(self, along_m: float, inward_m: float) -> Place:
        """Return the place at a distance along the street from the middle and from the sidewalk."""
        place = self.plan.place(self.u + along_m, self.front_v + self.inward * inward_m)
        return place if self.inward > 0 else place.turned(pi)


def split_into_lots(rng: np.random.Generator, plan: StreetPlan, block: StreetBlock) -> list[Lot]:
    """Return the lots along both streets of a block, back to back."""
    lots = []
    for front_v, inward in ((block.low_v, 1), (block.high_v, -1)):
        at = block.low_u
        while block.high_u - at > FRONTAGE_M[0]:
            frontage_m = min(rng.uniform(*FRONTAGE_M), block.high_u - at)
            if block.high_u - at - frontage_m < FRONTAGE_M[0]:
                frontage_m = min(block.high_u - at, 1.4 * FRONTAGE_M[1])
            middle = at + frontage_m / 2
            lots.append(Lot(plan, middle, front_v, inward, frontage_m, block.depth_m / 2))
            at += frontage_m
    return lots


def furnish_houses(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with detached houses."""
    style_flat_share = rng.choice((0.08, 0.2, 0.6))
    for lot in split_into_lots(rng, plan, block):
        _lay_garden(rng, canvas, lot)
        house = _place_house(rng, lot, style_flat_share)
        _pave_lot(rng, canvas, lot, house)
        build(rng, canvas, house)
        if rng.random() < 0.3:
            build_wing(rng, canvas, house)
        _add_garage(rng, canvas, lot, house)
        _fill_garden(rng, canvas, lot)
        _enclose(rng, canvas, lot)


def furnish_terraces(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, block: StreetBlock
) -> None:
    """Fill a block with row houses with gardens behind them."""
    width_m, eaves_m = rng.uniform(8, 11), 2.8 * rng.integers(1, 4) + rng.uniform(0.2, 0.9)
    roof, slope, paint = draw_roof(rng, flat_share=0.15)
    is_alike = rng.random() < 0.5
    for lot in split_into_lots(rng, plan, block):
        _lay_garden(rng, canvas, lot)
        if not is_alike:
            roof, slope, paint = draw_roof(rng, flat_share=0.15)
        place = lot.place(0, rng.uniform(0.5, 3.5) + width_m / 2)
        height_m = eaves_m if is_alike else eaves_m + rng.choice((-1.5, 0, 0, 1.5))
        house = Building(place, lot.frontage_m + 0.3, width_m, height_m, roof, slope, paint)
        _pave_lot(rng, canvas, lot, house)
        build(rng, canvas, house)
        _add_garage(rng, canvas, lot, house)
        _fill_garden(rng, canvas, lot)
        _enclose(rng, canvas, lot)


def _place_house(rng: np.random.Generator, lot: Lot, flat_share: float) -> Building:
    length_m = min(rng.uniform(8.5, 15), lot.frontage_m - 4.5)
    width_m = rng.uniform(7.5, 10.5)
    setback_m = rng.uniform(2.5, 6)
    place = lot.place(rng.uniform(-0.5, 0.5), setback_m + width_m / 2)
    if rng.random() < 0.3:  # gable towards the street
        place, length_m, width_m = place.turned(pi / 2), width_m, min(length_m, 11.0)
    roof, slope, paint = draw_roof(rng, flat_share)
    stories = rng.choice((1, 2), p=(0.45, 0.55)) + (roof is Roof.FLAT) * rng.integers(2)
    eaves_m = 2.8 * stories + rng.uniform(0.2, 0.9)
    return Building(place, length_m, width_m, eaves_m, roof, slope, paint)


def _lay_garden(rng: np.random.Generator, canvas: Canvas, lot: Lot) -> None:
    garden = canvas.rectangle(lot.place(0, lot.depth_m / 2), lot.frontage_m, lot.depth_m)
    canvas.cover_ground(*garden, LOW_VEGETATION, choose(rng, GARDENS), height_m=0.05)


def _pave_lot(rng: np.random.Generator, canvas: Canvas, lot: Lot, house: Building) -> None:
    paint = choose(rng, DRIVES)
    drive = lot.place(-lot.frontage_m / 2 + 2.2, 4.8)
    for place, along_m, inward_m in (
        (drive, rng.uniform(2.8, 4.2), 9.6),
        (lot.place(rng.uniform(-2, 2), 2.5), 1.4, 5.0),
        (house.place.moved(0, house.width_m / 2 + 1.2), rng.uniform(3, 8), rng.uniform(2, 4)),
    ):
        canvas.cover_ground(*canvas.rectangle(place, along_m, inward_m), IMPERVIOUS, paint)
    if rng.random() < 0.45:
        park_car(rng, canvas, drive.moved(0, rng.uniform(-2, 0)).turned(pi / 2))


def _add_garage(rng: np.random.Generator, canvas: Canvas, lot: Lot, house: Building) -> None:
    if rng.random() < 0.55:
        place = lot.place(-lot.frontage_m / 2 + 2.2, rng.uniform(8.5, 11)).turned(pi / 2)
        is_alike = rng.random() < 0.4
        roof, paint = (
            (house.roof, house.paint) if is_alike else (Roof.FLAT, choose(rng, FLAT_ROOFS))
        )
        build(rng, canvas, Building(place, rng.uniform(5.5, 7), 3.2, 2.5, roof, 0.5, paint))
    if rng.random() < 0.4:
        roof, slope, paint = draw_roof(rng, 0.5)
        size_m = rng.uniform(2.2, 4)
        spot = lot.place(rng.uniform(-0.3, 0.3) * lot.frontage_m, lot.depth_m - 3)
        build(rng, canvas, Building(spot, size_m, size_m * 0.8, 2.1, roof, slope, paint))


def _fill_garden(rng: np.random.Generator, canvas: Canvas, lot: Lot) -> None:
    back_m = min(17.0, lot.depth_m * 0.7)
    for _ in range(rng.poisson(rng.choice((1.0, 3.0, 5.0, 9.0)))):
        along_m = rng.uniform(-0.42, 0.42) * lot.frontage_m
        grow_tree(rng, canvas, lot.place(along_m, rng.uniform(back_m, lot.depth_m - 1)))
    if rng.random() < 0.3:
        grow_tree(rng, canvas, lot.place(lot.frontage_m * 0.35, 2.2), rng.uniform(1.2, 2.2))
    for _ in range(rng.poisson(5)):
        along_m = rng.uniform(-0.48, 0.48) * lot.frontage_m
        plant_shrub(rng, canvas, lot.place(along_m, rng.uniform(0.5, lot.depth_m)))
    spot = lot.place(rng.uniform(-0.2, 0.2) * lot.frontage_m, (back_m + lot.depth_m) / 2)
    if rng.random() < 0.14:
        dig_pool(rng, canvas, spot)
    if rng.random() < 0.35:
        along_m = rng.uniform(-0.25, 0.25) * lot.frontage_m
        lay_terrace(rng, canvas, lot.place(along_m, back_m))
    for _ in range(rng.poisson(0.5)):
        along_m = rng.uniform(-0.4, 0.4) * lot.frontage_m
        build_shed(rng, canvas, lot.place(along_m, rng.uniform(back_m, lot.depth_m - 1.5)))
    for _ in range(rng.poisson(1.2)):
        along_m = rng.uniform(-0.4, 0.4) * lot.frontage_m
        spot = lot.place(along_m, rng.uniform(back_m, lot.depth_m)).turned(rng.uniform(0, pi))
        size_m = rng.uniform(0.6, 3.2)
        put_box(rng, canvas, spot, size_m, size_m * rng.uniform(0.4, 1), rng.uniform(0.4, 1.8))


def _enclose(rng: np.random.Generator, canvas: Canvas, lot: Lot) -> None:
    sides = (
        (lot.place(lot.frontage_m / 2, lot.depth_m / 2 + 2).turned(pi / 2), lot.depth_m - 4),
        (lot.place(0, lot.depth_m), lot.frontage_m),
        (lot.place(2.0, 0.6), lot.frontage_m - 6),
    )
    for place, length_m in sides:
        drawn = rng.random()
        if drawn < 0.4:
            plant_hedge(rng, canvas, place, length_m)
        elif drawn < 0.58:
            put_up_fence(rng, canvas, place, length_m)
