# SPDX-License-Identifier: GPL-2.0-or-later
"""The sensor: radiance and true heights become an 8-bit image and a DSM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter

if TYPE_CHECKING:
    from ..tiling.window import Window
    from .conditions import Conditions
    from .noise import NoiseSource

WHITE_RADIANCE = 0.62  # exposed to the brightest value


def expose(
    noise: NoiseSource, window: Window, radiance: np.ndarray, conditions: Conditions
) -> np.ndarray:
    """Return the image (3, h, w) uint8 of the radiance (3, h, w) float32 of a window."""
    image = np.empty(radiance.shape, np.uint8)
    for band, light in enumerate(radiance):
        seen = gaussian_filter(light, conditions.blur_px)
        seen = (seen + conditions.haze[band]) * (conditions.gain[band] / WHITE_RADIANCE)
        toned = 255 * np.power(np.clip(seen, 0, 1), np.float32(conditions.gamma))
        toned += np.float32(conditions.noise_dn) * noise.child("band", band).white(window)
        image[band] = np.clip(np.rint(toned), 0, 255)
    return image


def measure_surface(
    noise: NoiseSource, window: Window, surface: np.ndarray, conditions: Conditions
) -> np.ndarray:
    """Return the DSM (h, w) float32 that a sensor makes of a window of the true surface."""
    seen = gaussian_filter(surface, conditions.surface_blur_px)
    return seen + np.float32(conditions.surface_noise_m) * noise.child("surface").white(window)
