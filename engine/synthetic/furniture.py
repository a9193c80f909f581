# SPDX-License-Identifier: GPL-2.0-or-later
"""Furniture and plants of streets, squares, gardens and yards: car-like things that are no cars."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np

from .building import Building
from .buildings import build
from .codes import BUILDING, CLUTTER, IMPERVIOUS, TREE
from .roofs import Roof
from .spectra import (
    AWNINGS,
    CONCRETE,
    FLAT_ROOFS,
    PAVING,
    PITCHED_ROOFS,
    SHEET_METAL,
    SHRUB,
    SIDEWALK,
    WOOD,
    choose,
)
from .trees import TREE_FROM_M, plant_hedge

if TYPE_CHECKING:
    from .canvas import Canvas, Place

SEATS = ((WOOD, 2), (SIDEWALK, 1), (SHEET_METAL, 1))
TERRACES = ((PAVING, 3), (SIDEWALK, 2), (WOOD, 1.5), (CONCRETE, 1))
TANKS = ((SHEET_METAL, 3), (CONCRETE, 2), (SIDEWALK, 1))


def set_benches(rng: np.random.Generator, canvas: Canvas, place: Place, count: int) -> None:
    """Add a row of benches or low walls along `place`."""
    paint, size_m = choose(rng, SEATS), (rng.uniform(1.4, 4.0), rng.uniform(0.4, 0.9))
    height_m, gap_m = np.float32(rng.uniform(0.4, 0.8)), size_m[0] + rng.uniform(1, 5)
    for number in range(count):
        spot = place.moved((number - (count - 1) / 2) * gap_m, 0)
        frame, mask = canvas.rectangle(spot, *size_m)
        canvas.raise_object(frame, mask, CLUTTER, paint, np.full(mask.shape, height_m))


def put_up_parasols(rng: np.random.Generator, canvas: Canvas, place: Place, count: int) -> None:
    """Add parasols, awnings or small tents in rows around `place`."""
    size_m, is_round = rng.uniform(1.8, 4.2), rng.random() < 0.5
    paint, top_m = choose(rng, AWNINGS), np.float32(rng.uniform(2.2, 2.9))
    per_row = max(1, int(count**0.5))
    for number in range(count):
        row, column = divmod(number, per_row)
        shift_m = np.array([column, row]) * (size_m + 0.8) + rng.normal(0, 0.2, 2)
        frame, mask = canvas.rectangle(place.moved(*shift_m), size_m, size_m)
        reach = np.hypot(frame.along, frame.across) / np.float32(size_m / 2)
        mask = mask & (reach < 1) if is_round else mask
        heights = top_m - np.float32(0.35) * reach
        canvas.raise_object(frame, mask, CLUTTER, paint, heights.astype(np.float32))


def set_planter(rng: np.random.Generator, canvas: Canvas, place: Place) -> None:
    """Add a walled bed with bushes."""
    length_m, width_m = rng.uniform(1.5, 6.0), rng.uniform(1.0, 2.5)
    wall_m = np.float32(rng.uniform(0.3, 0.6))
    frame, mask = canvas.rectangle(place, length_m, width_m)
    wall = choose(rng, SEATS)
    canvas.raise_object(frame, mask, CLUTTER, wall, np.full(mask.shape, wall_m))
    inside = frame.rectangle(length_m - 0.6, width_m - 0.6)
    top_m = max(TREE_FROM_M, float(wall_m) + rng.uniform(0.1, 0.8))
    bushes = np.float32(top_m) * (1 + 0.05 * np.abs(canvas.foliage[frame.window]))
    canvas.raise_object(frame, inside, TREE, SHRUB.mix(rng), bushes.astype(np.float32))


def lay_terrace(rng: np.random.Generator, canvas: Canvas, place: Place) -> None:
    """Add a terrace, level with the ground or raised, often with furniture on it."""
    size_m = rng.uniform(3, 7), rng.uniform(2.5, 4.5)
    rise_m = rng.uniform(0, 0.6) * (rng.random() < 0.5)
    frame, mask = canvas.rectangle(place, *size_m)
    canvas.cover_ground(frame, mask, IMPERVIOUS, choose(rng, TERRACES), rise_m)
    if rng.random() < 0.4:
        set_benches(rng, canvas, place.moved(0, 0.3 * size_m[1]), int(rng.integers(1, 3)))
    if rng.random() < 0.35:
        put_up_parasols(rng, canvas, place, 1)
    if rng.random() < 0.2:
        plant_hedge(rng, canvas, place.moved(0, 0.5 * size_m[1] + 0.6), size_m[0])


def build_shed(rng: np.random.Generator, canvas: Canvas, place: Place) -> None:
    """Add a garden shed, carport or pavilion, low and small."""
    eaves_m, is_flat = rng.uniform(1.6, 2.9), rng.random() < 0.55
    shape, slope = (Roof.FLAT, 0.0) if is_flat else (Roof.GABLE, rng.uniform(0.1, 0.5))
    paint = choose(rng, FLAT_ROOFS if is_flat else PITCHED_ROOFS)
    size_m = rng.uniform(2.4, 7.0), rng.uniform(2.0, 4.5)
    build(rng, canvas, Building(place, *size_m, eaves_m, shape, slope, paint))


def build_tanks(rng: np.random.Generator, canvas: Canvas, place: Place, count: int) -> None:
    """Add a row of round silos or tanks, which count as buildings."""
    radius_m, gap_m = rng.uniform(1.2, 6.0), rng.uniform(0.3, 1.5)
    height_m, cone = rng.uniform(3.6, 14.0), np.float32(rng.uniform(0, 0.5))
    paint = choose(rng, TANKS)
    for number in range(count):
        spot = place.moved((number - (count - 1) / 2) * (2 * radius_m + gap_m), 0)
        frame = canvas.frame(spot, radius_m)
        reach_m = np.hypot(frame.along, frame.across)
        heights = np.float32(height_m) + cone * (np.float32(radius_m) - reach_m)
        heights = canvas.leveled(frame, heights)
        canvas.raise_object(frame, reach_m < radius_m, BUILDING, paint, heights)


def furnish_place(
    rng: np.random.Generator, canvas: Canvas, place: Place, reach_m: float, count: int
) -> None:
    """Add benches, parasols and planters at random positions within `reach_m` of `place`."""
    for _ in range(count):
        spot = place.moved(*rng.uniform(-reach_m, reach_m, 2)).turned(pi / 2 * rng.integers(2))
        drawn = rng.random()
        if drawn < 0.4:
            set_benches(rng, canvas, spot, int(rng.integers(1, 6)))
        elif drawn < 0.7:
            put_up_parasols(rng, canvas, spot, int(rng.integers(1, 10)))
        else:
            set_planter(rng, canvas, spot)
