# SPDX-License-Identifier: GPL-2.0-or-later
"""Terrain: gentle ground, a tilted plane with low hills."""

from __future__ import annotations

import numpy as np

from .noise import smooth_noise

HILL_CELL_M = 90.0
STEEPEST = 0.06  # metres per metre


def make_terrain(rng: np.random.Generator, size_px: int, gsd_m: float) -> np.ndarray:
    """Return ground heights (H, W) float32 in metres."""
    metres = (np.arange(size_px, dtype=np.float32) + 0.5) * gsd_m
    slope_x, slope_y = rng.uniform(-STEEPEST, STEEPEST, 2).astype(np.float32)
    plane = slope_x * metres[None, :] + slope_y * metres[:, None]
    hills = smooth_noise(rng, (size_px, size_px), HILL_CELL_M / gsd_m)
    swell_m = np.float32(rng.uniform(0.2, 1.5))
    return (np.float32(rng.uniform(40, 400)) + plane + swell_m * hills).astype(np.float32)
