# SPDX-License-Identifier: GPL-2.0-or-later
"""Degradations of training scenes: errors of the ground and survey borders inside a scene.

Networks trained with them tolerate them. Errors of illumination, cameras and height surveys are
part of the synthetic scenes themselves.
"""

from __future__ import annotations

from math import pi

import numpy as np
from scipy.ndimage import gaussian_filter

from ..raster.ground_filter import ground_of, lowest_heights
from ..raster.resample import interpolate_axes
from ..synthetic.noise import smooth_noise

GROUND_CELL_M = 1.0
GROUND_KINDS = ("true", "wrong", "estimated")
GROUND_SHARES = (0.45, 0.15, 0.40)
OFFSET_DEVIATION_M = 0.2  # standard deviation of the constant offset of a wrong ground
MAX_WAVES_M = 0.3  # maximum standard deviation of the undulations of a wrong ground


def find_ground(
    rng: np.random.Generator, dsm: np.ndarray, dtm: np.ndarray, gsd_m: float
) -> np.ndarray:
    """Return a ground (H, W) float32: the true one, a wrong one, or an estimate from the DSM."""
    kind = GROUND_KINDS[rng.choice(len(GROUND_KINDS), p=GROUND_SHARES)]
    if kind == "estimated":
        return estimate_ground_under(dsm, gsd_m)
    if kind == "true":
        return dtm
    waves = smooth_noise(rng, dtm.shape, rng.uniform(15, 60) / gsd_m)
    offset_m = np.float32(rng.normal(0, OFFSET_DEVIATION_M))
    return (
        gaussian_filter(dtm, 2 / gsd_m) + offset_m + np.float32(rng.uniform(0, MAX_WAVES_M)) * waves
    )


def estimate_ground_under(dsm: np.ndarray, gsd_m: float) -> np.ndarray:
    """Return the ground (H, W) float32 that labeling estimates under a DSM (H, W)."""
    factor = max(1, round(GROUND_CELL_M / gsd_m))
    height, width = dsm.shape
    padding = ((0, -height % factor), (0, -width % factor))
    padded = np.pad(dsm, padding, constant_values=np.nan)
    ground = ground_of(lowest_heights(padded, factor), factor * gsd_m)
    rows, cols = ((np.arange(length) + 0.5) / factor - 0.5 for length in dsm.shape)
    return interpolate_axes(ground, rows, cols)


def cut_edge(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Return a validity mask (H, W) bool; 12 % of the scenes are cut by a straight border."""
    if rng.random() > 0.12:
        return np.ones(shape, bool)
    angle = rng.uniform(0, 2 * pi)
    rows, cols = np.ogrid[-0.5 : 0.5 : shape[0] * 1j, -0.5 : 0.5 : shape[1] * 1j]
    return rows * np.sin(angle) + cols * np.cos(angle) < rng.uniform(0.1, 0.4)
