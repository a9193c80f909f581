# SPDX-License-Identifier: GPL-2.0-or-later
"""Hole filling: missing heights interpolated smoothly from the known heights around them.

The result solves Laplace's equation in the holes, so a hole in an even slope is filled with that
slope. It is solved from coarse to fine: each level starts from the solution of the next coarser
one, so a few Jacobi sweeps per level suffice.
"""

from __future__ import annotations

import numpy as np

from .resample import block_mean, interpolate_axes

SWEEPS_PER_LEVEL = 12


def fill_holes(heights: np.ndarray) -> np.ndarray:
    """Return the heights with the holes filled.

    Args:
        heights: (h, w) float32, NaN where unknown.

    Returns:
        (h, w) float32 without NaN, unless all heights are NaN; known heights are unchanged.
    """
    unknown = np.isnan(heights)
    if not unknown.any() or unknown.all():
        return heights.copy()
    filled = np.where(unknown, _from_coarser(heights), heights)
    for _ in range(SWEEPS_PER_LEVEL):
        padded = np.pad(filled, 1, mode="edge")
        around = padded[:-2, 1:-1] + padded[2:, 1:-1]
        around += padded[1:-1, :-2]
        around += padded[1:-1, 2:]
        around *= np.float32(0.25)
        np.copyto(filled, around, where=unknown)
    return filled


def _from_coarser(heights: np.ndarray) -> np.ndarray:
    """Return the solution at half the resolution, interpolated to these cells."""
    height, width = heights.shape
    even = np.pad(heights, ((0, height % 2), (0, width % 2)), mode="edge")
    coarse = fill_holes(_mean_of_known(even))
    rows, cols = ((np.arange(length) + 0.5) / 2 - 0.5 for length in (height, width))
    return interpolate_axes(coarse, rows, cols)


def _mean_of_known(heights: np.ndarray) -> np.ndarray:
    """Return the mean of the known heights in each 2 x 2 block, NaN only where all are NaN."""
    known = ~np.isnan(heights)
    shares = block_mean(known.astype(np.float32), 2)
    sums = block_mean(np.where(known, heights, np.float32(0)), 2)
    with np.errstate(invalid="ignore"):
        return np.where(shares > 0, sums / shares, np.float32(np.nan))
