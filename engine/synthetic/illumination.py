# SPDX-License-Identifier: GPL-2.0-or-later
"""Illumination: sunlight on slopes, cast shadows and blue sky light."""

from __future__ import annotations

from math import ceil, cos, radians, sin, tan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .conditions import Conditions

STEEPEST_SHADED = 2.0  # steeper gradients are walls, which are not visible from above
TALLEST_M = 45.0  # largest height difference that casts a shadow
LONGEST_M = 250.0  # longest shadow, even if the sun is low
SKY = np.array([0.17, 0.22, 0.27], np.float32)  # share of sky light in NIR, R, G


class ShadowMargins(NamedTuple):
    """Margins around a window, in pixels, that can cast shadows into it."""

    top: int
    left: int
    bottom: int
    right: int


def shadow_margins(gsd_m: float, azimuth_deg: float, elevation_deg: float) -> ShadowMargins:
    """Return the margins that can cast shadows into a window; they extend towards the sun."""
    steps = _steps(gsd_m, elevation_deg)
    rounded = steps.bit_length() + 1  # each doubling shifts a sight line by up to half a pixel
    east, south = sin(radians(azimuth_deg)), -cos(radians(azimuth_deg))
    top, left, bottom, right = (
        ceil(steps * max(0.0, towards)) + rounded for towards in (-south, -east, south, east)
    )
    return ShadowMargins(top, left, bottom, right)


def cast_shadows(
    surface: np.ndarray, gsd_m: float, azimuth_deg: float, elevation_deg: float
) -> np.ndarray:
    """Return the mask of cast shadows, (H, W) bool.

    The highest sight line towards the sun is found by doubling: the maximum over `2 n` steps is
    that over `n` steps from here and, lowered, that over `n` steps from a point `n` steps ahead.

    Args:
        surface: surface heights, (H, W) float32, in meters; north is up.
        gsd_m: edge of a pixel in meters.
        azimuth_deg: direction of the sun, clockwise from north.
        elevation_deg: elevation of the sun above the horizon, above 0 and up to 90.
    """
    east, south = sin(radians(azimuth_deg)), -cos(radians(azimuth_deg))
    drop_m = gsd_m * tan(radians(elevation_deg))
    blocked = _shifted(surface, south, east) - np.float32(drop_m)
    seen, steps = 1, _steps(gsd_m, elevation_deg)
    while seen < steps:
        more = min(seen, steps - seen)
        further = _shifted(blocked, south * more, east * more) - np.float32(drop_m * more)
        np.maximum(blocked, further, out=blocked)
        seen += more
    return blocked > surface + np.float32(0.05)


def shade_slopes(
    surface: np.ndarray, gsd_m: float, azimuth_deg: float, elevation_deg: float
) -> np.ndarray:
    """Return the direct sunlight on each slope, (H, W) float32; 1 on level ground."""
    south_slope, east_slope = np.gradient(surface, gsd_m)
    for slope in (south_slope, east_slope):
        np.clip(slope, -STEEPEST_SHADED, STEEPEST_SHADED, out=slope)
    azimuth, elevation = radians(azimuth_deg), radians(elevation_deg)
    towards = sin(azimuth) * east_slope - cos(azimuth) * south_slope
    facing = (sin(elevation) - cos(elevation) * towards) / sin(elevation)
    facing /= np.sqrt(1 + south_slope**2 + east_slope**2)
    return np.clip(facing, 0, 2.2).astype(np.float32)


def sunlit(
    reflectance: np.ndarray, surface: np.ndarray, gsd_m: float, conditions: Conditions
) -> np.ndarray:
    """Return radiance (3, H, W) float32 of reflectance (3, H, W); 1 is sunlit level white."""
    sun = (conditions.sun_azimuth_deg, conditions.sun_elevation_deg)
    direct = shade_slopes(surface, gsd_m, *sun)
    direct[cast_shadows(surface, gsd_m, *sun)] = 0
    sky = (SKY * np.float32(conditions.sky_strength))[:, None, None]
    return reflectance * (direct * (1 - sky) + sky)


def _steps(gsd_m: float, elevation_deg: float) -> int:
    """Return the length of the longest shadow in pixels."""
    return max(2, ceil(min(TALLEST_M / tan(radians(elevation_deg)), LONGEST_M) / gsd_m))


def _shifted(surface: np.ndarray, south_px: float, east_px: float) -> np.ndarray:
    """Return the surface shifted by so many pixels, minus infinity beyond its edge."""
    down, right = round(south_px), round(east_px)
    moved = np.full_like(surface, -np.inf)
    height, width = surface.shape
    if abs(down) < height and abs(right) < width:
        moved[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)] = (
            surface[max(0, down) : height - max(0, -down), max(0, right) : width - max(0, -right)]
        )
    return moved
