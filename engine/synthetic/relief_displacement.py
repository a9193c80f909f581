# SPDX-License-Identifier: GPL-2.0-or-later
"""Relief displacement and misregistration of images that are not true orthophotos.

High objects lean away from the nadir point. An image that is rectified with a terrain model only
keeps this displacement, which occludes the ground behind the objects.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .conditions import Conditions

TALLEST_M = 60.0  # heights above are displaced like this one


def reach_m(conditions: Conditions) -> float:
    """Return the largest displacement of an object in the image, in meters."""
    return conditions.shift_m + conditions.lean * TALLEST_M


def displace_relief(
    radiance: np.ndarray, heights: np.ndarray, gsd_m: float, conditions: Conditions
) -> np.ndarray:
    """Return radiance (3, h, w) with relief displacement.

    Args:
        radiance: orthogonal view, (3, h, w) float32.
        heights: heights above the terrain, (h, w) float32, in meters.
        gsd_m: edge of a pixel in meters.
        conditions: conditions with the amounts and direction of lean and shift.
    """
    highest_m = min(TALLEST_M, float(heights.max(initial=0)))
    farthest_px = ceil((conditions.shift_m + conditions.lean * highest_m) / gsd_m)
    if farthest_px == 0:
        return radiance
    reached = (conditions.shift_m + conditions.lean * heights) / np.float32(gsd_m)
    seen = radiance.copy()
    # From near to far: the highest objects are displaced farthest and occlude the others.
    for step_px in range(1, farthest_px + 1):
        down, right = (round(part * step_px) for part in conditions.leaning)
        here, there = _overlap(heights.shape, down, right)
        np.copyto(seen[:, *here], radiance[:, *there], where=reached[there] >= step_px - 0.5)
    return seen


def _overlap(
    shape: tuple[int, int], down: int, right: int
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Return the destination and the source slices of moved pixels."""
    here, there = [], []
    for moved, length in ((down, shape[0]), (right, shape[1])):
        here.append(slice(max(0, moved), max(0, length + min(0, moved))))
        there.append(slice(max(0, -moved), max(0, length - max(0, moved))))
    return (here[0], here[1]), (there[0], there[1])
