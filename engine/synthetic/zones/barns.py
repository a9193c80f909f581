# SPDX-License-Identifier: GPL-2.0-or-later
"""Barns: large plain buildings around the yard of a farm or alone in a field."""

from __future__ import annotations

from dataclasses import replace
from math import pi
from typing import TYPE_CHECKING

from ..building import Building
from ..buildings import build, draw_roof
from ..codes import LOW_VEGETATION
from ..roofs import Roof
from ..spectra import (
    BROWN_TILE,
    FIBER_CEMENT,
    GREEN_SHEET,
    MOSS,
    MOSSY_TILE,
    RED_TILE,
    RUST,
    SHEET_METAL,
    SLATE,
    choose,
)
from .ground_cover import LAWNS

if TYPE_CHECKING:
    import numpy as np

    from ..canvas import Canvas, Place

BARN_ROOFS = (
    (FIBER_CEMENT, 3),
    (SHEET_METAL, 2),
    (RED_TILE, 2),
    (BROWN_TILE, 1),
    (MOSSY_TILE, 1),
    (SLATE, 0.7),
    (RUST, 0.7),
    (GREEN_SHEET, 0.5),
    (MOSS, 0.4),
)
LEAN_TO_SHARE = 0.4
MOWN_SHARE = 0.5  # share of lone barns surrounded by grass that differs from the field


def build_barn(rng: np.random.Generator, canvas: Canvas, place: Place, room_m: float) -> None:
    """Add a barn that takes a part of the `room_m` meters along its place."""
    size_m = room_m * rng.uniform(0.4, 0.8), rng.uniform(8, 20)
    build(rng, canvas, _draw_barn(rng, place, size_m))


def build_lone_barns(rng: np.random.Generator, canvas: Canvas, place: Place, room_m: float) -> None:
    """Add one to three similar barns side by side in a field, some with a lean-to at an end.

    Args:
        rng: random number generator.
        canvas: canvas to paint on.
        place: center of the row.
        room_m: largest length of the row in meters.
    """
    barn = _draw_barn(rng, place, (rng.uniform(10, 28), rng.uniform(6, 14)))
    step_m, is_leaned_to = barn.width_m + rng.uniform(4, 14), rng.random() < LEAN_TO_SHARE
    count = min(int(rng.integers(1, 4)), max(1, int(room_m / step_m)))
    if rng.random() < MOWN_SHARE:
        ground = canvas.rectangle(place, barn.length_m + 30, count * step_m + 20)
        canvas.cover_ground(*ground, LOW_VEGETATION, choose(rng, LAWNS))
    for number in range(count):
        spot = place.moved(rng.normal(0, 2), (number - (count - 1) / 2) * step_m)
        build(rng, canvas, replace(barn, place=spot))
        if is_leaned_to:
            _lean_to(rng, canvas, replace(barn, place=spot))


def _draw_barn(rng: np.random.Generator, place: Place, size_m: tuple[float, float]) -> Building:
    roof, slope, _ = draw_roof(rng, flat_share=0.1)
    eaves_m, paint = rng.uniform(2.5, 6.5), choose(rng, BARN_ROOFS)
    return Building(place, *size_m, eaves_m, roof, min(slope, 0.8), paint)


def _lean_to(rng: np.random.Generator, canvas: Canvas, barn: Building) -> None:
    """Add a low shed along one end of a barn, its roof falling away from the barn."""
    depth_m, eaves_m = rng.uniform(2, 5), barn.eaves_m * rng.uniform(0.4, 0.8)
    spot = barn.place.moved((barn.length_m + depth_m) / 2, 0).turned(pi / 2)
    shape = (barn.width_m, depth_m, eaves_m, Roof.SHED, 0.4)
    build(rng, canvas, Building(spot, *shape, choose(rng, BARN_ROOFS)))
