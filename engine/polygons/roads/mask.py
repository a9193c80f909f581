# SPDX-License-Identifier: GPL-2.0-or-later
"""Mask of sealed ground on which roads are traced.

Crowns over the curb and cars leave dents and holes in the sealed ground of a class raster. They are
closed where such objects explain them, then necks narrower than a road and specks go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from .distance import border_distance, distance_outside
from .shares import WHOLE

if TYPE_CHECKING:
    from .settings import RoadSettings
    from .shares import GroundShares

HALF = (WHOLE + 1) // 2
COVERED_SHARE = 0.7  # share of a hole that crowns and cars must cover to explain it


def sealed_mask(shares: GroundShares, settings: RoadSettings) -> np.ndarray:
    """Return the cells where roads may be, (h, w) bool."""
    cell_m = shares.cell_m
    passable = shares.passable >= HALF
    blurred = ndimage.gaussian_filter(shares.sealed, settings.blur_m / cell_m, output=np.float32)
    mask = blurred >= WHOLE / 2
    mask |= closed(mask, settings.closing_m / cell_m) & passable
    _fill_holes(mask, passable, settings, cell_m)
    mask = opened(mask, settings.least_width_m / 2 / cell_m)
    return without_small_parts(mask, settings.least_area_m2 / cell_m**2)


def closed(mask: np.ndarray, radius: float) -> np.ndarray:
    """Return the mask closed by a disk of a radius in cells.

    Outside the raster the mask may go on, so the raster's edge does not erode it.
    """
    dilated = distance_outside(mask, radius + 1) <= radius
    return border_distance(dilated, radius + 1) > radius


def opened(mask: np.ndarray, radius: float) -> np.ndarray:
    """Return the mask opened by a disk of a radius in cells."""
    core = border_distance(mask, radius + 1) > radius
    return (distance_outside(core, radius + 1) <= radius) & mask


def without_small_parts(mask: np.ndarray, least_cells: float) -> np.ndarray:
    """Return the mask without connected parts under a number of cells."""
    parts, _ = ndimage.label(mask)
    kept = np.bincount(parts.ravel()) >= least_cells
    kept[0] = False
    return kept[parts]


def _fill_holes(
    mask: np.ndarray, passable: np.ndarray, settings: RoadSettings, cell_m: float
) -> None:
    """Fill small holes, and larger ones below crowns or cars, in place."""
    holes, _ = ndimage.label(~mask)
    cells = np.bincount(holes.ravel())
    covered = np.bincount(holes.ravel(), passable.ravel()) > COVERED_SHARE * cells
    area_m2 = cells * cell_m**2
    is_filled = area_m2 < np.where(covered, settings.covered_hole_m2, settings.hole_m2)
    is_filled[0] = False
    mask |= is_filled[holes]
