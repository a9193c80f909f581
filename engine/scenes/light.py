# SPDX-License-Identifier: GPL-2.0-or-later
"""Light: a low or high sun, the shadows it casts from the surface, and the blue of the sky."""

from __future__ import annotations

from math import ceil, cos, radians, sin, tan
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .conditions import Conditions

STEEPEST_SHADED = 2.0  # slopes above are walls, not slopes: they are seen edge on
TALLEST_M = 45.0  # nothing higher above a place casts a shadow on it
LONGEST_M = 250.0  # nor anything farther away, however low the sun is
SKY = np.array([0.17, 0.22, 0.27], np.float32)  # share of sky light in NIR, R, G; more in the blue


class Surroundings(NamedTuple):
    """Pixels needed around a window to know its shadows."""

    top: int
    left: int
    bottom: int
    right: int


def surroundings(gsd_m: float, azimuth_deg: float, elevation_deg: float) -> Surroundings:
    """Return how far away the surface may cast a shadow: only what lies towards the sun does."""
    steps = _steps(gsd_m, elevation_deg)
    rounded = steps.bit_length() + 1  # a sight line strays by half a pixel at each doubling
    east, south = sin(radians(azimuth_deg)), -cos(radians(azimuth_deg))
    top, left, bottom, right = (
        ceil(steps * max(0.0, towards)) + rounded for towards in (-south, -east, south, east)
    )
    return Surroundings(top, left, bottom, right)


def cast_shadows(
    surface: np.ndarray, gsd_m: float, azimuth_deg: float, elevation_deg: float
) -> np.ndarray:
    """Return where the sun is hidden, (H, W) bool.

    The highest sight line towards the sun is gathered by doubling: what `2 n` steps see is what
    `n` steps see from here and, lowered, from `n` steps further on.

    Args:
        surface: (H, W) float32, metres; north is up.
        gsd_m: edge of a pixel.
        azimuth_deg: direction of the sun, clockwise from north.
        elevation_deg: of the sun above the horizon, above 0 and up to 90.
    """
    east, south = sin(radians(azimuth_deg)), -cos(radians(azimuth_deg))
    drop_m = gsd_m * tan(radians(elevation_deg))
    blocked = _moved(surface, south, east) - np.float32(drop_m)
    seen, steps = 1, _steps(gsd_m, elevation_deg)
    while seen < steps:
        more = min(seen, steps - seen)
        further = _moved(blocked, south * more, east * more) - np.float32(drop_m * more)
        np.maximum(blocked, further, out=blocked)
        seen += more
    return blocked > surface + np.float32(0.05)


def shade_slopes(
    surface: np.ndarray, gsd_m: float, azimuth_deg: float, elevation_deg: float
) -> np.ndarray:
    """Return the sun's light on each slope, (H, W) float32; 1 on level ground."""
    south_slope, east_slope = np.gradient(surface, gsd_m)
    for slope in (south_slope, east_slope):
        np.clip(slope, -STEEPEST_SHADED, STEEPEST_SHADED, out=slope)
    azimuth, elevation = radians(azimuth_deg), radians(elevation_deg)
    towards = sin(azimuth) * east_slope - cos(azimuth) * south_slope
    facing = (sin(elevation) - cos(elevation) * towards) / sin(elevation)
    facing /= np.sqrt(1 + south_slope**2 + east_slope**2)
    return np.clip(facing, 0, 2.2).astype(np.float32)


def light_up(
    reflectance: np.ndarray, surface: np.ndarray, gsd_m: float, conditions: Conditions
) -> np.ndarray:
    """Return radiance (3, H, W) float32 for reflectance (3, H, W); 1 for sunlit level white."""
    sun = (conditions.sun_azimuth_deg, conditions.sun_elevation_deg)
    direct = shade_slopes(surface, gsd_m, *sun)
    direct[cast_shadows(surface, gsd_m, *sun)] = 0
    sky = (SKY * np.float32(conditions.sky_strength))[:, None, None]
    return reflectance * (direct * (1 - sky) + sky)


def _steps(gsd_m: float, elevation_deg: float) -> int:
    """Return the length of the longest shadow in pixels."""
    return max(2, ceil(min(TALLEST_M / tan(radians(elevation_deg)), LONGEST_M) / gsd_m))


def _moved(surface: np.ndarray, south_px: float, east_px: float) -> np.ndarray:
    """Return what lies so many pixels away from each pixel; beyond the edge, minus infinity."""
    down, right = round(south_px), round(east_px)
    moved = np.full_like(surface, -np.inf)
    height, width = surface.shape
    if abs(down) < height and abs(right) < width:
        moved[max(0, -down) : height - max(0, down), max(0, -right) : width - max(0, right)] = (
            surface[max(0, down) : height - max(0, -down), max(0, right) : width - max(0, -right)]
        )
    return moved
