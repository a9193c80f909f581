# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixel outlines of patches, traced together: one pass costs less than one for each patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..ragged import offsets
from ..tracer import Tracer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .patch import BuildingPatch

BATCH = 64  # patches on one sheet


def trace_patches(patches: Sequence[BuildingPatch]) -> np.ndarray:
    """Return the pixel outline of each patch in the patch's own pixel space, (n,) polygons."""
    outlines = np.empty(len(patches), object)
    # Patches of similar width share a sheet, so that little of it is empty.
    order = sorted(range(len(patches)), key=lambda number: patches[number].mask.shape[1])
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        outlines[batch] = _trace_sheet([patches[number].mask for number in batch])
    return outlines


def pixel_outlines(patches: Sequence[BuildingPatch]) -> np.ndarray:
    """Return the pixel outline of each patch in pixel space of the raster, (n,) polygons."""
    polygons = trace_patches(patches)
    origins = np.array([patch.origin[::-1] for patch in patches])
    shift = np.repeat(origins, shapely.get_num_coordinates(polygons), axis=0)
    return shapely.set_coordinates(polygons, shapely.get_coordinates(polygons) + shift)


def _trace_sheet(masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return the outlines of masks that are stacked on one sheet."""
    tops = offsets(np.array([len(mask) for mask in masks]))
    width = max(mask.shape[1] for mask in masks)
    sheet = np.zeros((tops[-1], width), np.uint8)
    for top, mask in zip(tops, masks, strict=False):
        sheet[top : top + len(mask), : mask.shape[1]] = mask
    tracer = Tracer(width, np.zeros(256))
    polygons = np.concatenate([tracer.feed(sheet).polygons, tracer.finish().polygons])
    # The tracer orders by lowest line, and the masks do not share any.
    shift = np.repeat(tops[:-1], shapely.get_num_coordinates(polygons))
    xy = shapely.get_coordinates(polygons) - np.column_stack((np.zeros(len(shift)), shift))
    return shapely.set_coordinates(polygons, xy)
