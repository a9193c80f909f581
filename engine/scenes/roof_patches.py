# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches of a roof: skylights, new sheets, rust and moss, in the plane of the roof."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .codes import BUILDING
from .spectra import (
    BITUMEN,
    FIBER_CEMENT,
    GLASSHOUSE,
    MEMBRANE,
    MOSS,
    MOSSY_TILE,
    RED_TILE,
    RUST,
    SHEET_METAL,
    SOLAR_PANEL,
    Paint,
    choose,
)

if TYPE_CHECKING:
    from .buildings import Building
    from .canvas import Canvas, Place

SHEET_M = 0.02  # what lies on a roof is thin
SKYLIGHTS = ((GLASSHOUSE, 2), (MEMBRANE, 2), (SHEET_METAL, 1), (SOLAR_PANEL, 1))
COVERS = (
    (SHEET_METAL, 2), (FIBER_CEMENT, 2), (RUST, 2), (MOSS, 1.5), (MOSSY_TILE, 1), (RED_TILE, 1),
    (BITUMEN, 1), (MEMBRANE, 0.7),
)  # fmt: skip


def patch_roof(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    """Give a roof a row of skylights, another cover on one end or slope, or a few repairs."""
    kinds = (_set_skylights, _cover_end, _cover_slope, _repair)
    kinds[rng.integers(len(kinds))](rng, canvas, building)


def _set_skylights(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    paint, side = choose(rng, SKYLIGHTS), rng.choice((-1, 1))
    length_m, gap_m = rng.uniform(0.6, 1.4), rng.uniform(1.6, 5.0)
    width_m = building.width_m * rng.uniform(0.12, 0.4)
    for along_m in np.arange(-building.length_m / 2 + 1, building.length_m / 2 - 1, gap_m):
        spot = building.place.moved(along_m, side * building.width_m / 4)
        _lay(canvas, building, spot, (length_m, width_m), paint)


def _cover_end(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    length_m = building.length_m * rng.uniform(0.1, 0.5)
    end_m = rng.choice((-1, 1)) * (building.length_m - length_m) / 2
    size_m = (length_m, 1.1 * building.width_m)
    _lay(canvas, building, building.place.moved(end_m, 0), size_m, choose(rng, COVERS))


def _cover_slope(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    side_m = rng.choice((-1, 1)) * building.width_m / 4
    size_m = (1.1 * building.length_m, building.width_m / 2)
    _lay(canvas, building, building.place.moved(0, side_m), size_m, choose(rng, COVERS))


def _repair(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    for _ in range(rng.integers(1, 6)):
        along_m, across_m = rng.uniform(-0.45, 0.45, 2) * (building.length_m, building.width_m)
        size_m = rng.uniform(0.8, 4.0), rng.uniform(0.8, 4.0)
        spot = building.place.moved(along_m, across_m)
        _lay(canvas, building, spot, size_m, choose(rng, COVERS))


def _lay(
    canvas: Canvas,
    building: Building,
    place: Place,
    size_m: tuple[float, float],
    paint: Paint,
) -> None:
    """Lay a rectangle on a roof, no farther than the roof goes."""
    frame, mask = canvas.rectangle(place, *size_m)
    if frame.is_empty:
        return
    mask = mask & (canvas.labels[frame.window] == BUILDING)
    heights = canvas.heights[frame.window] + np.float32(SHEET_M)
    canvas.raise_object(frame, mask, BUILDING, paint, heights, building.presence)
