# SPDX-License-Identifier: GPL-2.0-or-later
"""Simulated height surveys: LiDAR, and dense matching of photographs.

Published surfaces are often smoothed, or come in larger pixels than the image.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import (
    distance_transform_edt,
    gaussian_filter,
    grey_dilation,
    median_filter,
)
from scipy.special import ndtr, ndtri

from ..raster.resample import block_mean, interpolate_axes
from .displacement import displaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tiling.window import Window
    from .conditions import Conditions
    from .noise import NoiseSource

REACH_M = 8.0  # largest distance at which heights affect each other
FOUND_OPENNESS = 0.35  # openness of foliage, which dense matching finds
MISSED_PER_OPENNESS = 2.0  # bare crowns are found at half their height on average
MISSED_M = 1.2  # correlation length of the gaps in bare crowns
CELLS = 3  # edge of the median filter in cells
CALM_SHARE = 0.5  # standard deviation of the Gaussian filter relative to the edge of the median
TRUNCATE = 3.0  # radius of the Gaussian filter in standard deviations


def measure_surface(
    noise: NoiseSource,
    window: Window,
    surface: np.ndarray,
    openness: np.ndarray,
    terrain: np.ndarray,
    gsd_m: float,
    conditions: Conditions,
) -> np.ndarray:
    """Return the measured DSM of a window, (h, w) float32, in meters.

    Args:
        noise: noise source of the survey.
        window: window of the scene.
        surface: true surface heights, (h, w) float32, in meters.
        openness: permeability to light, (h, w) float32: 0 for a roof, near 1 for a bare crown.
        terrain: terrain heights, (h, w) float32, in meters.
        gsd_m: edge of a pixel in meters.
        conditions: conditions of the survey.
    """
    if conditions.survey == "perfect":
        return surface
    measured = _SURVEYS[conditions.survey](
        noise, window, surface, openness, terrain, gsd_m, conditions
    )
    if conditions.calm_m:
        measured = _calmed(measured, window, gsd_m, conditions.calm_m)
    if conditions.height_gsd_m > gsd_m:
        measured = _in_cells(measured, window, round(conditions.height_gsd_m / gsd_m))
    error_m = np.float32(conditions.height_noise_m) * noise.child("error").white(window)
    return (measured + error_m).astype(np.float32)


def _lidar(
    noise: NoiseSource,
    window: Window,
    surface: np.ndarray,
    openness: np.ndarray,
    terrain: np.ndarray,
    gsd_m: float,
    conditions: Conditions,
) -> np.ndarray:
    """Measure the points that pulses hit, some deep in crowns, and fill the gaps between them."""
    footprint_px = np.float32(conditions.footprint_m / gsd_m)
    at = displaced(*(footprint_px * noise.child("stray", axis).white(window) for axis in (0, 1)))
    pulses = conditions.pulses_m2 * gsd_m**2
    open_share = np.clip(openness[at] * np.float32(conditions.penetration), 0, 1)
    depth = open_share * np.abs(noise.child("depth").white(window))
    depth *= np.float32(0.45 / max(1.0, pulses) ** 0.5)  # the highest of several pulses is kept
    through = ndtr(noise.child("through").white(window)) < 0.5 * open_share / max(1.0, pulses)
    depth[through] = 1
    hit = surface[at] - np.clip(depth, 0, 1) * (surface[at] - terrain[at])
    is_hit = noise.child("pulses").white(window) < ndtri(1 - exp(-pulses))
    if is_hit.all() or not is_hit.any():
        return hit
    nearest = distance_transform_edt(~is_hit, return_distances=False, return_indices=True)
    return hit[tuple(nearest)]


def _matched(
    noise: NoiseSource,
    window: Window,
    surface: np.ndarray,
    openness: np.ndarray,
    terrain: np.ndarray,
    gsd_m: float,
    conditions: Conditions,
) -> np.ndarray:
    """Dilate high objects, smear their edges and add the blobs of poorly textured areas.

    Objects with gaps, such as leafless crowns, are measured too low or missed in patches.
    """
    missed = MISSED_PER_OPENNESS * conditions.penetration
    sunk = np.clip((openness - FOUND_OPENNESS) * np.float32(missed), 0, 1)
    sunk *= np.clip(0.5 + noise.child("missed").smooth(window, MISSED_M / gsd_m), 0, 1)
    surface = surface - sunk * (surface - terrain)
    size_px = 2 * round(conditions.swell_m / gsd_m) + 1
    grown = grey_dilation(surface, (size_px, size_px)) if size_px > 1 else surface
    smeared = gaussian_filter(grown, conditions.smear_m / gsd_m)
    blobs = noise.child("blobs").smooth(window, 1.2 / gsd_m)
    return smeared + np.float32(conditions.blobs_m) * blobs


def _calmed(surface: np.ndarray, window: Window, gsd_m: float, edge_m: float) -> np.ndarray:
    """Return a surface (h, w) float32 after a median and a Gaussian filter."""
    cell_px = max(1, round(edge_m / CELLS / gsd_m))
    smooth = _in_cells(surface, window, cell_px, median_px=CELLS)
    return gaussian_filter(smooth, CALM_SHARE * edge_m / gsd_m, truncate=TRUNCATE)


def _in_cells(surface: np.ndarray, window: Window, cell_px: int, median_px: int = 1) -> np.ndarray:
    """Return means of the cells of the scene, interpolated between their centers.

    Args:
        surface: (h, w) float32.
        window: window of the scene, whose origin is that of the cells.
        cell_px: edge of a cell in pixels.
        median_px: edge of a median filter in cells.
    """
    before = [start % cell_px for start in (window.row, window.col)]
    margins = [
        (first, -(first + length) % cell_px)
        for first, length in zip(before, surface.shape, strict=True)
    ]
    cells = block_mean(np.pad(surface, margins, mode="edge"), cell_px)
    if median_px > 1:
        cells = median_filter(cells, median_px, mode="nearest")
    rows, cols = (
        (np.arange(first, first + length) + 0.5) / cell_px - 0.5
        for first, length in zip(before, surface.shape, strict=True)
    )
    return interpolate_axes(cells, rows, cols)


_SURVEYS: dict[str, Callable[..., np.ndarray]] = {
    "lidar": _lidar,
    "matched": _matched,
}
