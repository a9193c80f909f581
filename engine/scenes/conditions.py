# SPDX-License-Identifier: GPL-2.0-or-later
"""Conditions: the flight day and the sensor, drawn once for each scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Conditions:
    """What the sun, the air, the camera and the height sensor were like.

    Args:
        sun_azimuth_deg: clockwise from north.
        sun_elevation_deg: above the horizon.
        sky_strength: diffuse light, 1 for a clear day.
        haze: radiance added by the air in NIR, R, G.
        gain: sensitivity in NIR, R, G.
        gamma: exponent of the tone curve.
        blur_px: deviation of the image's point spread.
        noise_dn: deviation of the image's noise, in 8-bit steps.
        surface_blur_px: deviation of the smear of the height raster.
        surface_noise_m: deviation of the noise of the height raster.
    """

    sun_azimuth_deg: float
    sun_elevation_deg: float
    sky_strength: float
    haze: tuple[float, float, float]
    gain: tuple[float, float, float]
    gamma: float
    blur_px: float
    noise_dn: float
    surface_blur_px: float
    surface_noise_m: float


def draw_conditions(rng: np.random.Generator) -> Conditions:
    """Return the conditions of one scene: midday flights of the northern summer half-year."""
    haze = rng.uniform(0.0, 0.06)
    return Conditions(
        sun_azimuth_deg=rng.uniform(110, 250),
        sun_elevation_deg=rng.uniform(32, 62),
        sky_strength=rng.uniform(0.7, 1.6),
        haze=(0.4 * haze, 0.8 * haze, haze),
        gain=tuple(np.exp(rng.normal(0, 0.08, 3)).tolist()),
        gamma=rng.uniform(0.55, 0.95),
        blur_px=rng.uniform(0.45, 0.85),
        noise_dn=rng.uniform(0.8, 2.5),
        surface_blur_px=rng.uniform(0.3, 0.9),
        surface_noise_m=rng.uniform(0.01, 0.05),
    )
