# SPDX-License-Identifier: GPL-2.0-or-later
"""The height survey: what LiDAR or the matching of photographs makes of the true surface."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import distance_transform_edt, gaussian_filter, grey_dilation
from scipy.special import ndtr, ndtri

from .straying import strayed

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..tiling.window import Window
    from .conditions import Conditions
    from .noise import NoiseSource

REACH_M = 5.0  # farther away no height changes another
FOUND_OPENNESS = 0.35  # of leaves: photographs of them match
MISSED_PER_OPENNESS = 2.0  # so that bare crowns are found at half their height on average
MISSED_M = 1.2  # from where the matching finds twigs to where it misses them


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
    if conditions.survey == "perfect":
        return surface
    measured = _SURVEYS[conditions.survey](
        noise, window, surface, openness, terrain, gsd_m, conditions
    )
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
    """Measure where pulses hit, some of them deep in crowns, and fill in what lies between."""
    footprint_px = np.float32(conditions.footprint_m / gsd_m)
    at = strayed(*(footprint_px * noise.child("stray", axis).white(window) for axis in (0, 1)))
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
    openness: np.ndarray,
    terrain: np.ndarray,
    gsd_m: float,
    conditions: Conditions,
) -> np.ndarray:
    """Let high objects grow, smear their edges and add the blobs of poor texture.

    What is open, as crowns without leaves, is found too low here and missed there.
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


_SURVEYS: dict[str, Callable[..., np.ndarray]] = {
    "lidar": _lidar,
    "matched": _matched,
}
