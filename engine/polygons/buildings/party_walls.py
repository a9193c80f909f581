# SPDX-License-Identifier: GPL-2.0-or-later
"""Party walls, found where the roof height steps: the parts of a building that is several.

A step is a height difference across half a meter, less what the slope of the roof beside it
explains, so steep roofs are not cut. A part must be bordered by steps and differ in height, and
not be something on the roof. Walls between roofs of equal height leave no step; such
buildings stay whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage
from skimage.segmentation import watershed

from .part_borders import merge_parts

if TYPE_CHECKING:
    from .patch import BuildingPatch

STEP_M = 1.0  # least height difference at a party wall
ACROSS_M = 0.5  # distance over which the height steps
CORE_DEPTH_M = 0.45  # distance of the core of a part from its borders
CORE_AREA_M2 = 6.0
TOP_M = 5.0  # steps beyond are equal walls
WAYS = ((0, 1), (1, 0), (1, 1), (1, -1))  # rows and columns across a step


def split_party_walls(patch: BuildingPatch) -> np.ndarray:
    """Return the part of each pixel, (h, w) int32, from 1; 0 outside the building.

    Each part is one 4-connected region. Without heights the building is one part.
    """
    if patch.heights_m is None:
        return patch.mask.astype(np.int32)
    step_m = height_steps(patch.heights_m, patch.gsd_m)
    depth_m = ndimage.distance_transform_edt(patch.mask & (step_m < STEP_M)) * patch.gsd_m
    cores, _ = ndimage.label(depth_m > CORE_DEPTH_M)
    is_core = np.bincount(cores.ravel()) * patch.gsd_m**2 >= CORE_AREA_M2
    is_core[0] = False
    if is_core.sum() < 2:
        return patch.mask.astype(np.int32)
    seeds = np.where(is_core, np.cumsum(is_core), 0)[cores]
    # The mask is 4-connected, so flooding over edges reaches every pixel.
    parts = watershed(np.clip(step_m, 0, TOP_M), seeds, mask=patch.mask, connectivity=1)
    return merge_parts(parts, step_m >= STEP_M, patch.heights_m)


def height_steps(heights_m: np.ndarray, gsd_m: float) -> np.ndarray:
    """Return the height of the step at each pixel in meters, (h, w) float32, without slopes.

    Args:
        heights_m: heights above ground, (h, w) float32, NaN where unknown.
        gsd_m: edge of a pixel in meters.
    """
    reach = max(1, round(ACROSS_M / gsd_m / 2))
    known = np.nan_to_num(heights_m, nan=0.0)
    smooth = np.pad(ndimage.median_filter(known, 3), 3 * reach, mode="edge")
    steps = np.zeros(heights_m.shape, np.float32)
    for way in WAYS:
        far_before, before, after, far_after = (
            _shifted(smooth, way, distance * reach, 3 * reach) for distance in (-3, -1, 1, 3)
        )
        slope = np.maximum(np.abs(before - far_before), np.abs(far_after - after))
        np.maximum(steps, np.abs(after - before) - slope, out=steps)
    return steps


def _shifted(padded: np.ndarray, way: tuple[int, int], distance: int, margin: int) -> np.ndarray:
    """Return an array without its margin, as seen from `distance` steps along a way."""
    row, column = (margin + distance * step for step in way)
    height, width = (size - 2 * margin for size in padded.shape)
    return padded[row : row + height, column : column + width]
