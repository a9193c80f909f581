# SPDX-License-Identifier: GPL-2.0-or-later
"""The sensor: radiance and true heights become an 8-bit image and a DSM."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import gaussian_filter

if TYPE_CHECKING:
    from .conditions import Conditions

WHITE_RADIANCE = 0.62  # exposed to the brightest value


def expose(rng: np.random.Generator, radiance: np.ndarray, conditions: Conditions) -> np.ndarray:
    """Return the image (3, H, W) uint8 of a radiance (3, H, W) float32."""
    image = np.empty(radiance.shape, np.uint8)
    for band, light in enumerate(radiance):
        seen = gaussian_filter(light, conditions.blur_px)
        seen = (seen + conditions.haze[band]) * (conditions.gain[band] / WHITE_RADIANCE)
        toned = 255 * np.power(np.clip(seen, 0, 1), np.float32(conditions.gamma))
        toned += np.float32(conditions.noise_dn) * rng.standard_normal(light.shape, np.float32)
        image[band] = np.clip(np.rint(toned), 0, 255)
    return image


def measure_surface(
    rng: np.random.Generator, surface: np.ndarray, conditions: Conditions
) -> np.ndarray:
    """Return the DSM (H, W) float32 that a sensor makes of the true surface, in metres."""
    seen = gaussian_filter(surface, conditions.surface_blur_px)
    noise = rng.standard_normal(surface.shape, np.float32)
    return seen + np.float32(conditions.surface_noise_m) * noise
