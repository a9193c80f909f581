# SPDX-License-Identifier: GPL-2.0-or-later
"""Buildings: rectangles, L shapes and rings with roofs and objects on them."""

from __future__ import annotations

from dataclasses import replace
from math import hypot, pi
from typing import TYPE_CHECKING

import numpy as np

from .canvas import Presence
from .codes import BUILDING
from .footprints import WING, Footprint
from .roof_patches import Covered, patch_roof
from .roofs import Roof
from .spectra import FLAT_ROOFS, PITCHED_ROOFS, SHEET_METAL, SIDEWALK, SOLAR_PANEL, choose

if TYPE_CHECKING:
    from .building import Building
    from .canvas import Canvas
    from .spectra import Paint

PARAPET_M = 0.3
OVERHANG_M = 0.4
USUAL_SLOPES, STEEP_SLOPES = (0.3, 0.9), (0.9, 1.7)  # rise over run
STEEP_SHARE = 0.3
PATCHED_SHARE = 0.2
PITCHED_SHAPES = (
    Roof.GABLE, Roof.HIP, Roof.SHED, Roof.HALF_HIP, Roof.MANSARD, Roof.CROSS_GABLE,
)  # fmt: skip
PITCHED_SHARES = (0.42, 0.24, 0.12, 0.08, 0.06, 0.08)


def draw_roof(rng: np.random.Generator, flat_share: float) -> tuple[Roof, float, Paint]:
    """Return a random shape, slope and appearance of a roof."""
    if rng.random() < flat_share:
        return Roof.FLAT, 0.0, choose(rng, FLAT_ROOFS)
    shape = PITCHED_SHAPES[rng.choice(len(PITCHED_SHAPES), p=PITCHED_SHARES)]
    slopes = STEEP_SLOPES if rng.random() < STEEP_SHARE else USUAL_SLOPES
    return shape, float(rng.uniform(*slopes)), choose(rng, PITCHED_ROOFS)


def build(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    """Add a building, which may be missing in image or heights, with objects on its roof."""
    presence = Presence.draw(rng, canvas.conditions)
    _raise_equipped(rng, canvas, replace(building, presence=presence))


def build_wing(rng: np.random.Generator, canvas: Canvas, main: Building) -> None:
    """Add a lower wing at a right angle, so that the building has an L shape."""
    side = rng.choice((-1, 1))
    length_m = main.width_m * rng.uniform(0.6, 1.0)
    width_m = min(main.length_m * rng.uniform(0.35, 0.55), main.width_m)
    end_m = (main.length_m - width_m) / 2 * rng.choice((-1, 1))
    place = main.place.moved(end_m, side * (main.width_m + length_m) / 2 * 0.8).turned(pi / 2)
    eaves_m = main.eaves_m * rng.uniform(0.7, 1.0)
    build(
        rng,
        canvas,
        replace(
            main,
            place=place,
            length_m=length_m + main.width_m * 0.4,
            width_m=width_m,
            eaves_m=eaves_m,
        ),
    )


def build_ring(rng: np.random.Generator, canvas: Canvas, outer: Building, depth_m: float) -> None:
    """Add a building around a courtyard, with four wings of width `depth_m`."""
    end_m, side_m = (outer.length_m - depth_m) / 2, (outer.width_m - depth_m) / 2
    outer = replace(outer, presence=Presence.draw(rng, canvas.conditions))
    for sign in (-1, 1):
        long = replace(outer, place=outer.place.moved(0, sign * side_m), width_m=depth_m)
        across = outer.place.moved(sign * end_m, 0).turned(pi / 2)
        wide = replace(outer, place=across, length_m=outer.width_m, width_m=depth_m)
        _raise_equipped(rng, canvas, long)
        _raise_equipped(rng, canvas, wide)


def _raise_equipped(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    """Add a wing with patches, chimneys, dormers, solar panels or machines on its roof."""
    roof = _raise_wing(canvas, building)
    if rng.random() < PATCHED_SHARE:
        patch_roof(rng, canvas, roof)
    if building.roof is Roof.FLAT:
        _equip_flat_roof(rng, canvas, building)
        return
    if rng.random() < 0.25:
        _add_dormers(rng, canvas, building)
    if rng.random() < 0.2:
        _mount_panels(rng, canvas, building)
    if rng.random() < 0.6:
        _add_box(rng, canvas, building, size_m=rng.uniform(0.5, 0.9), rise_m=0.8)


def _raise_wing(canvas: Canvas, building: Building) -> Covered:
    """Add walls and roof of a wing, and return the roof with its visible part."""
    overhang_m = 0.0 if building.roof is Roof.FLAT else OVERHANG_M
    length_m, width_m = building.length_m + overhang_m, building.width_m + overhang_m
    frame, mask = canvas.rectangle(building.place, length_m, width_m)
    if frame.is_empty:
        return Covered(building, frame, mask)
    if building.presence is not Presence.GONE:
        canvas.footprints.append(
            Footprint(WING, *building.place, length_m, width_m, building.eaves_m)
        )
    rise = building.roof.rise(frame.along, frame.across, length_m, width_m, building.slope)
    if building.roof is Roof.FLAT:
        inside = frame.rectangle(length_m - 0.6, width_m - 0.6)
        rise = rise + np.float32(PARAPET_M) * ~inside
    heights = canvas.leveled(frame, np.float32(building.eaves_m) + rise)
    visible = canvas.raise_object(frame, mask, BUILDING, building.paint, heights, building.presence)
    return Covered(building, frame, visible)


def _add_dormers(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    """Add a row of dormers to one slope of the roof."""
    size_m, gap_m = rng.uniform(1.2, 2.2), rng.uniform(2.5, 4.5)
    side = rng.choice((-1, 1))
    for along_m in np.arange(-building.length_m / 2 + 2, building.length_m / 2 - 1.5, gap_m):
        spot = building.place.moved(along_m, side * 0.27 * building.width_m)
        frame, mask = canvas.rectangle(spot, size_m, 0.3 * building.width_m)
        if frame.is_empty:
            continue
        mask = mask & (canvas.labels[frame.window] == BUILDING)
        rise = building.slope * 0.32 * building.width_m
        above = np.full(mask.shape, building.eaves_m + rise, np.float32)
        heights = canvas.leveled(frame, above, building.place)
        canvas.raise_object(frame, mask, BUILDING, building.paint, heights, building.presence)


def _equip_flat_roof(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    area_m2 = building.length_m * building.width_m
    for _ in range(min(14, rng.poisson(area_m2 / 90))):
        _add_box(rng, canvas, building, size_m=rng.uniform(0.8, 2.6), rise_m=rng.uniform(0.4, 1.6))
    if rng.random() < 0.25:
        _mount_panels(rng, canvas, building)


def _add_box(
    rng: np.random.Generator, canvas: Canvas, building: Building, size_m: float, rise_m: float
) -> None:
    along_m, across_m = (
        rng.uniform(-0.4, 0.4) * max(0.0, edge_m - size_m)
        for edge_m in (building.length_m, building.width_m)
    )
    paint = (SHEET_METAL, SIDEWALK)[rng.integers(2)].mix(rng)
    frame, mask = canvas.rectangle(building.place.moved(along_m, across_m), size_m, size_m)
    mask = mask & (canvas.labels[frame.window] == BUILDING)
    heights = canvas.heights[frame.window] + np.float32(rise_m)
    canvas.raise_object(frame, mask, BUILDING, paint, heights, building.presence)


def _mount_panels(rng: np.random.Generator, canvas: Canvas, building: Building) -> None:
    length_m = building.length_m * rng.uniform(0.35, 0.8)
    width_m = building.width_m * rng.uniform(0.2, 0.38)
    side = rng.choice((-1, 1))
    frame = canvas.frame(
        building.place.moved(0, side * building.width_m / 4), hypot(length_m, width_m) / 2
    )
    gaps = (np.mod(frame.along, 1.7) > 0.08) & (np.mod(frame.across, 1.05) > 0.08)
    mask = frame.rectangle(length_m, width_m) & gaps & (canvas.labels[frame.window] == BUILDING)
    heights = canvas.heights[frame.window] + np.float32(0.1)
    canvas.raise_object(frame, mask, BUILDING, SOLAR_PANEL.mix(rng), heights, building.presence)
