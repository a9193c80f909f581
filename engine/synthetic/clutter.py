# SPDX-License-Identifier: GPL-2.0-or-later
"""Clutter: containers, fences, water, tracks, piles and what stands on building sites."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import numpy as np

from .codes import CLUTTER, IMPERVIOUS, LOW_VEGETATION
from .spectra import (
    BALLAST,
    BARE_SOIL,
    CONTAINERS,
    PAVING,
    POOL,
    RAIL,
    RUBBLE,
    SAND,
    SHEET_METAL,
    WATER,
    WOOD,
    choose,
)

if TYPE_CHECKING:
    from .canvas import Canvas, Place


def stack_containers(rng: np.random.Generator, canvas: Canvas, place: Place, count: int) -> None:
    """Add a row of shipping containers side by side."""
    for number in range(count):
        frame, mask = canvas.rectangle(place.moved(0, (number - count / 2) * 2.7), 6.06, 2.44)
        height_m = 2.6 * rng.choice((1, 1, 2))
        paint = choose(rng, CONTAINERS)
        heights = np.full(mask.shape, height_m, np.float32)
        canvas.raise_object(frame, mask, CLUTTER, paint, heights)


def put_up_fence(rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float) -> None:
    """Add a fence or wall that is centered at `place` and runs along it."""
    frame, mask = canvas.rectangle(place, length_m, 0.25)
    paint = (WOOD, PAVING, SHEET_METAL)[rng.integers(3)].mix(rng)
    height_m = rng.uniform(1.2, 1.9)
    mask = mask & ~canvas.is_street[frame.window]
    canvas.raise_object(frame, mask, CLUTTER, paint, np.full(mask.shape, height_m, np.float32))


def lay_track(rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float) -> None:
    """Add a railway track on a ballast bed along `place`."""
    bed, rail = BALLAST.mix(rng), RAIL.mix(rng)
    frame, mask = canvas.rectangle(place, length_m, 4.2)
    canvas.cover_ground(frame, mask, CLUTTER, bed, 0.3)
    rails = mask & (np.abs(np.abs(frame.across) - 0.75) < max(0.08, canvas.gsd_m / 2))
    canvas.cover_ground(frame, rails, CLUTTER, rail, 0.35)


def fill_pond(
    rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float, width_m: float
) -> None:
    """Add a pond or a section of a stream with irregular banks."""
    paint = WATER.mix(rng)
    frame = canvas.frame(place, 0.7 * (length_m + width_m))
    along, across = frame.along / (length_m / 2), frame.across / (width_m / 2)
    bank = along**4 + across**4 + 0.25 * canvas.mottle[frame.window]
    canvas.cover_ground(frame, bank < 1, CLUTTER, paint, -0.3)


def dig_pool(rng: np.random.Generator, canvas: Canvas, place: Place) -> None:
    """Add a swimming pool with a paved rim."""
    length_m, width_m = rng.uniform(5, 9), rng.uniform(2.8, 4.2)
    rim, paint = PAVING.mix(rng), POOL.mix(rng)
    frame, mask = canvas.rectangle(place, length_m + 2.4, width_m + 2.4)
    canvas.cover_ground(frame, mask, IMPERVIOUS, rim)
    canvas.cover_ground(frame, frame.rectangle(length_m, width_m), CLUTTER, paint, -0.2)


def lay_sandpit(rng: np.random.Generator, canvas: Canvas, place: Place, radius_m: float) -> None:
    """Add a round playground with sand and some equipment."""
    frame = canvas.frame(place, radius_m)
    mask = np.hypot(frame.along, frame.across) < radius_m * (1 + 0.04 * np.sin(frame.along))
    canvas.cover_ground(frame, mask, CLUTTER, SAND.mix(rng))
    for _ in range(4):
        spot = place.moved(*rng.uniform(-0.5, 0.5, 2) * radius_m).turned(rng.uniform(0, pi))
        put_box(rng, canvas, spot, rng.uniform(1, 3), rng.uniform(0.5, 1.5), rng.uniform(0.8, 2.2))


def put_box(
    rng: np.random.Generator,
    canvas: Canvas,
    place: Place,
    length_m: float,
    width_m: float,
    height_m: float,
) -> None:
    """Add a box, such as a dumpster, a pallet, a trampoline or a stack of boards."""
    paint = choose(rng, (*CONTAINERS, (WOOD, 2), (SHEET_METAL, 1)))
    frame, mask = canvas.rectangle(place, length_m, width_m)
    canvas.raise_object(frame, mask, CLUTTER, paint, np.full(mask.shape, height_m, np.float32))


def heap_pile(rng: np.random.Generator, canvas: Canvas, place: Place) -> None:
    """Add a conical pile of rubble, soil or sand."""
    radius_m, slope = rng.uniform(1.5, 5.0), rng.uniform(0.45, 0.75)
    paint = (RUBBLE, BARE_SOIL, SAND)[rng.integers(3)].mix(rng)
    frame = canvas.frame(place, radius_m * 1.2)
    reach = np.hypot(frame.along, 1.25 * frame.across) + 0.2 * canvas.mottle[frame.window]
    heights = (slope * (radius_m - reach)).astype(np.float32)
    canvas.raise_object(frame, reach < radius_m, CLUTTER, paint, heights)


def strip_soil(
    rng: np.random.Generator, canvas: Canvas, place: Place, length_m: float, width_m: float
) -> None:
    """Add the bare ground of a building site with piles, boxes and containers on it.

    The ground has the class of all other soils: a bare field looks the same.
    """
    frame, mask = canvas.rectangle(place, length_m, width_m)
    canvas.cover_ground(frame, mask, LOW_VEGETATION, BARE_SOIL.mix(rng))
    for _ in range(int(length_m * width_m / 160) + 1):
        spot = place.moved(*rng.uniform(-0.42, 0.42, 2) * (length_m, width_m))
        if rng.random() < 0.5:
            heap_pile(rng, canvas, spot)
        else:
            turned = spot.turned(rng.uniform(0, pi))
            put_box(
                rng, canvas, turned, rng.uniform(1, 5), rng.uniform(0.8, 2.5), rng.uniform(0.5, 2.8)
            )
    if rng.random() < 0.6:
        stack_containers(rng, canvas, place.moved(0.35 * length_m, 0), int(rng.integers(1, 4)))
