# SPDX-License-Identifier: GPL-2.0-or-later
"""The height survey: what LiDAR or the matching of photographs makes of the true surface."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter, grey_dilation
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tiling.window import Window
    from .conditions import Conditions
    from .noise import NoiseSource

REACH_M = 5.0  # farther away no height changes another


def measure_surface(
    noise: NoiseSource,
    window: Window,
    surface: np.ndarray,
    openness: np.ndarray,
    terrain: np.ndarray,
    gsd_m: float,
    conditions: Conditions,
) -> np.ndarray:
    """Return the DSM (h, w) float32, in metres, that a survey makes of a window.

    Args:
        noise: of the survey.
        window: of the scene.
        surface: (h, w) float32, metres, the true surface.
        openness: (h, w) float32, how easily light falls through: 0 a roof, near 1 a bare crown.
        terrain: (h, w) float32, metres, what lies below.
        gsd_m: edge of a pixel in metres.
        conditions: of the survey.
    """
    measured = _SURVEYS[conditions.survey](
        noise, window, surface, openness, terrain, gsd_m, conditions
    )
    if conditions.survey == "perfect":
        return measured
    error_m = np.float32(conditions.height_noise_m) * noise.child("error").white(window)
    return (measured + error_m).astype(np.float32)


def _perfect(
    _noise: NoiseSource, _window: Window, surface: np.ndarray, *_rest: object
) -> np.ndarray:
    return surface


def _lidar(
    noise: NoiseSource,
    window: Window,
    surface: np.ndarray,
    openness: np.ndarray,
    terrain: np.ndarray,
    gsd_m: float,
    conditions: Conditions,
) -> np.ndarray:
    """Measure where pulses hit, some of them deep in crowns, and fill in what lies between."""
    at = _strayed(noise, window, conditions.footprint_m / gsd_m)
    pulses = conditions.pulses_m2 * gsd_m**2
    open_share = np.clip(openness[at] * np.float32(conditions.penetration), 0, 1)
    depth = open_share * np.abs(noise.child("depth").white(window))
    depth *= np.float32(0.45 / max(1.0, pulses) ** 0.5)  # of several pulses the highest counts
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
    _openness: np.ndarray,
    _terrain: np.ndarray,
    gsd_m: float,
    conditions: Conditions,
) -> np.ndarray:
    """Let high objects grow, smear their edges and add the blobs of poor texture."""
    size_px = 2 * round(conditions.swell_m / gsd_m) + 1
    grown = grey_dilation(surface, (size_px, size_px)) if size_px > 1 else surface
    smeared = gaussian_filter(grown, conditions.smear_m / gsd_m)
    blobs = noise.child("blobs").smooth(window, 1.2 / gsd_m)
    return smeared + np.float32(conditions.blobs_m) * blobs


_SURVEYS: dict[str, Callable[..., np.ndarray]] = {
    "perfect": _perfect,
    "lidar": _lidar,
    "matched": _matched,
}


def _strayed(
    noise: NoiseSource, window: Window, deviation_px: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns, (h, w) each, of where the pulses meant for each pixel hit."""
    found = []
    for axis, length in enumerate((window.height, window.width)):
        shape = (length, 1) if axis == 0 else (1, length)
        stray = noise.child("stray", axis).white(window) * np.float32(deviation_px)
        place = np.arange(length).reshape(shape) + np.rint(stray).astype(np.int32)
        found.append(np.clip(place, 0, length - 1))
    return found[0], found[1]
