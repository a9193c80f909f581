# SPDX-License-Identifier: GPL-2.0-or-later
"""Mask of sealed ground on which roads are traced.

Crowns over the curb and cars leave dents and holes in the sealed ground of a class raster. They are
closed where such objects explain them, then necks narrower than a road and specks go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

from .distance import bands, within
from .regions import chosen_regions
from .shares import WHOLE

if TYPE_CHECKING:
    from .regions import RegionSizes
    from .settings import RoadSettings
    from .shares import GroundShares

HALF = (WHOLE + 1) // 2
BLUR_REACH = 4.0  # of the smoothing, in standard deviations
COVERED_SHARE = 0.7  # share of a hole that crowns and cars must cover to explain it


def sealed_mask(shares: GroundShares, settings: RoadSettings) -> np.ndarray:
    """Return the cells where roads may be, (h, w) bool."""
    cell_m = shares.cell_m
    passable = shares.passable >= HALF
    mask = smoothed(shares.sealed, settings.blur_m / cell_m)
    mask |= closed(mask, settings.closing_m / cell_m) & passable
    mask |= _small_holes(mask, passable, settings, cell_m)
    mask = opened(mask, settings.least_width_m / 2 / cell_m)
    return without_small_parts(mask, settings.least_area_m2 / cell_m**2)


def smoothed(sealed: np.ndarray, blur: float) -> np.ndarray:
    """Return where at least half of the smoothed ground is sealed, (h, w) bool.

    Args:
        sealed: share of sealed ground, (h, w) uint8.
        blur: standard deviation of the smoothing in cells.
    """
    mask = np.empty(sealed.shape, bool)
    for here, around, inside in bands(sealed.shape, BLUR_REACH * blur + 1):
        blurred = ndimage.gaussian_filter(
            sealed[around], blur, output=np.float32, truncate=BLUR_REACH
        )
        mask[here] = blurred[inside] >= WHOLE / 2
    return mask


def closed(mask: np.ndarray, radius: float) -> np.ndarray:
    """Return the mask closed by a disk of a radius in cells.

    Outside the raster the mask may go on, so the raster's edge does not erode it.
    """
    return ~within(~within(mask, radius), radius)


def opened(mask: np.ndarray, radius: float) -> np.ndarray:
    """Return the mask opened by a disk of a radius in cells."""
    return within(~within(~mask, radius), radius) & mask


def without_small_parts(mask: np.ndarray, least_cells: float) -> np.ndarray:
    """Return the mask without connected parts under a number of cells."""
    return chosen_regions(mask, lambda sizes: sizes.cells >= least_cells)


def _small_holes(
    mask: np.ndarray, passable: np.ndarray, settings: RoadSettings, cell_m: float
) -> np.ndarray:
    """Return the cells of small holes, and of larger ones below crowns or cars, (h, w) bool."""

    def is_filled(sizes: RegionSizes) -> np.ndarray:
        covered = sizes.marked > COVERED_SHARE * sizes.cells
        most_m2 = np.where(covered, settings.covered_hole_m2, settings.hole_m2)
        return sizes.cells * cell_m**2 < most_m2

    return chosen_regions(~mask, is_filled, passable)
