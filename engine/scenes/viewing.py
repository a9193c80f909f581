# SPDX-License-Identifier: GPL-2.0-or-later
"""Viewing: what an image shows where it is no true orthophoto, or does not fit the other rasters.

Away from the point below the camera high objects lean outwards; an image that is rectified by the
ground alone keeps them leaning and hides what lies behind.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .conditions import Conditions

TALLEST_M = 60.0  # nothing leans farther than something so high


def reach_m(conditions: Conditions) -> float:
    """Return how far away from its place something can be seen."""
    return conditions.shift_m + conditions.lean * TALLEST_M


def lean_over(
    radiance: np.ndarray, heights: np.ndarray, gsd_m: float, conditions: Conditions
) -> np.ndarray:
    """Return radiance (3, h, w) as seen at an angle.

    Args:
        radiance: (3, h, w) float32, seen from straight above.
        heights: (h, w) float32, metres above the terrain.
        gsd_m: edge of a pixel.
        conditions: lean, shift and where they go.
    """
    highest_m = min(TALLEST_M, float(heights.max(initial=0)))
    farthest_px = ceil((conditions.shift_m + conditions.lean * highest_m) / gsd_m)
    if farthest_px == 0:
        return radiance
    reached = (conditions.shift_m + conditions.lean * heights) / np.float32(gsd_m)
    seen = radiance.copy()
    # From near to far: what is displaced farthest is highest, and hides the rest.
    for step_px in range(1, farthest_px + 1):
        down, right = (round(part * step_px) for part in conditions.leaning)
        here, there = _overlap(heights.shape, down, right)
        np.copyto(seen[:, *here], radiance[:, *there], where=reached[there] >= step_px - 0.5)
    return seen


def _overlap(
    shape: tuple[int, int], down: int, right: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return where pixels go when moved, and where they come from."""
    here, there = [], []
    for moved, length in ((down, shape[0]), (right, shape[1])):
        here.append(slice(max(0, moved), max(0, length + min(0, moved))))
        there.append(slice(max(0, -moved), max(0, length - max(0, moved))))
    return (here[0], here[1]), (there[0], there[1])
