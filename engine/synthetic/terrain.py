# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain: gentle slopes with low hills; a small scene is close to a tilted plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..tiling.window import Window
    from .noise import NoiseSource

HILL_CELL_M = 90.0
STEEPEST = 0.06  # meters per meter
SWELL_M = 500.0  # the plane bends to a sine over this length, so large scenes stay low


class Terrain:
    """Ground heights at any position, given in meters from the scene's upper left corner.

    Args:
        source: noise source of the terrain's shape.
    """

    def __init__(self, source: NoiseSource) -> None:
        """Draw slopes and the height of the hills."""
        rng = source.generator()
        self._slopes = rng.uniform(-STEEPEST, STEEPEST, 2)  # along x and y
        self._base_m = rng.uniform(40, 400)
        self._hill_m = rng.uniform(0.2, 1.5)
        self._hills = source.child("hills")

    def over(self, window: Window, gsd_m: float) -> np.ndarray:
        """Return the ground heights (h, w) float32 of the pixels in a window, in meters."""
        y, x = ((np.arange(part.start, part.stop) + 0.5) * gsd_m for part in window.slices)
        return self._heights(x, y)

    def at(self, x: float, y: float) -> np.float32:
        """Return the ground height at one position, in meters."""
        return self._heights(np.array([x]), np.array([y]))[0, 0]

    def _heights(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        rise_x, rise_y = (
            (self._base_m / 2 + slope * SWELL_M * np.sin(along / SWELL_M)).astype(np.float32)
            for slope, along in zip(self._slopes, (x, y), strict=True)
        )
        hills = self._hills.spline(y / HILL_CELL_M, x / HILL_CELL_M)
        return rise_x[None, :] + rise_y[:, None] + np.float32(self._hill_m) * hills
