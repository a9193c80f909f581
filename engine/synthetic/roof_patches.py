# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches on roofs: skylights, sheets of another material, rust and moss."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    from .building import Building
    from .canvas import Canvas, Frame

SHEET_M = 0.02  # thickness of a patch
SKYLIGHTS = ((GLASSHOUSE, 2), (MEMBRANE, 2), (SHEET_METAL, 1), (SOLAR_PANEL, 1))
COVERS = (
    (SHEET_METAL, 2), (FIBER_CEMENT, 2), (RUST, 2), (MOSS, 1.5), (MOSSY_TILE, 1), (RED_TILE, 1),
    (BITUMEN, 1), (MEMBRANE, 0.7),
)  # fmt: skip


class Covered(NamedTuple):
    """A roof that has been drawn.

    Args:
        building: building under the roof.
        frame: frame of the building; patches are placed in its coordinates.
        visible: (h, w) bool, pixels of the frame where no other object is higher.
    """

    building: Building
    frame: Frame
    visible: np.ndarray


def patch_roof(rng: np.random.Generator, canvas: Canvas, roof: Covered) -> None:
    """Add a row of skylights, another material at one end or slope, or a few repairs to a roof."""
    kinds = (_set_skylights, _cover_end, _cover_slope, _repair)
    kinds[rng.integers(len(kinds))](rng, canvas, roof)


def _set_skylights(rng: np.random.Generator, canvas: Canvas, roof: Covered) -> None:
    paint, side = choose(rng, SKYLIGHTS), rng.choice((-1, 1))
    length_m, width_m = roof.building.length_m, roof.building.width_m
    size_m, gap_m = (rng.uniform(0.6, 1.4), width_m * rng.uniform(0.12, 0.4)), rng.uniform(1.6, 5)
    for along_m in np.arange(-length_m / 2 + 1, length_m / 2 - 1, gap_m):
        _add_patch(canvas, roof, (along_m, side * width_m / 4), size_m, paint)


def _cover_end(rng: np.random.Generator, canvas: Canvas, roof: Covered) -> None:
    whole_m = roof.building.length_m
    length_m = whole_m * rng.uniform(0.2, 1.0)  # half of it is beyond the end of the roof
    center_m = (rng.choice((-1, 1)) * whole_m / 2, 0.0)
    _add_patch(canvas, roof, center_m, (length_m, 2 * roof.building.width_m), choose(rng, COVERS))


def _cover_slope(rng: np.random.Generator, canvas: Canvas, roof: Covered) -> None:
    width_m = roof.building.width_m  # covers one slope, and as much beyond the eaves
    center_m = (0.0, rng.choice((-1, 1)) * width_m / 2)
    _add_patch(canvas, roof, center_m, (2 * roof.building.length_m, width_m), choose(rng, COVERS))


def _repair(rng: np.random.Generator, canvas: Canvas, roof: Covered) -> None:
    for _ in range(rng.integers(1, 6)):
        along_m, across_m = (
            rng.uniform(-0.45, 0.45) * edge_m
            for edge_m in (roof.building.length_m, roof.building.width_m)
        )
        size_m = rng.uniform(0.8, 4.0), rng.uniform(0.8, 4.0)
        _add_patch(canvas, roof, (along_m, across_m), size_m, choose(rng, COVERS))


def _add_patch(
    canvas: Canvas,
    roof: Covered,
    center_m: tuple[float, float],
    size_m: tuple[float, float],
    paint: Paint,
) -> None:
    """Add a rectangular patch to the visible part of a roof.

    Args:
        canvas: canvas of the scene.
        roof: roof to change.
        center_m: center of the patch along and across the building, in meters.
        size_m: length and width of the patch in meters.
        paint: appearance of the patch.
    """
    frame = roof.frame
    is_near = frame.rectangle(*size_m, center_m)
    heights = canvas.heights[frame.window] + np.float32(SHEET_M)
    presence = roof.building.presence
    canvas.raise_object(frame, is_near & roof.visible, BUILDING, paint, heights, presence)
