# SPDX-License-Identifier: GPL-2.0-or-later
"""Regions of objects that get outlines of their own, in blocks that are outlined one by one.

An outline depends only on the pixels within and beside its region, so blocks may be done in any
order and by any process. A block has all regions that begin in a square of the raster, and those
inside of their holes, because only these can share walls with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from ..tiling.window import Window
from .ragged import offsets

if TYPE_CHECKING:
    from .pixels import ObjectPixels, PixelReader

BLOCK_PX = 1024  # about 50 buildings in a town at 0.2 m: enough for numpy, seconds of work
ROW = np.dtype(
    [
        ("block", "<i8"),
        ("number", "<i8"),
        ("code", "u1"),
        ("window", "<i4", 4),
        ("first_column", "<i4"),
    ]
)


class ObjectRegions(NamedTuple):
    """Regions of objects.

    Args:
        rows: a row of dtype `ROW` for each region, (n,), by block, then by number: block, from 0
            without gaps; number of the region in the raster, from 0; code of the object; row,
            column, height and width of the bounds; column of the leftmost pixel in the first row.
    """

    rows: np.ndarray

    @property
    def blocks(self) -> int:
        """Number of blocks."""
        return int(self.rows["block"][-1]) + 1 if len(self.rows) else 0

    def of_block(self, block: int, code: int) -> np.ndarray:
        """Return the rows of the regions of one code in a block, by number."""
        first, beyond = np.searchsorted(self.rows["block"], (block, block + 1))
        rows = self.rows[first:beyond]
        return rows[rows["code"] == code]


def pixels_of(row: np.void, reader: PixelReader) -> ObjectPixels:
    """Return the pixels of the region of a row."""
    return reader.around(Window(*row["window"].tolist()), int(row["first_column"]))


def regions_of(polygons: np.ndarray, codes: np.ndarray) -> ObjectRegions:
    """Return the regions of exact outlines in pixel space.

    Args:
        polygons: outlines of 4-connected regions, (n,).
        codes: code of each region, (n,) uint8.
    """
    rows = np.zeros(len(polygons), ROW)
    if not len(polygons):
        return ObjectRegions(rows)
    left, top, right, bottom = shapely.bounds(polygons).astype(np.int64).T
    xy = shapely.get_coordinates(polygons).astype(np.int64)
    starts = offsets(shapely.get_num_coordinates(polygons))[:-1]
    square = np.column_stack((top, left))[_outermost(polygons)] // BLOCK_PX
    rows["block"] = np.unique(square, axis=0, return_inverse=True)[1].ravel()
    rows["number"] = np.arange(len(polygons))
    rows["code"] = codes
    rows["window"] = np.column_stack((top, left, bottom - top, right - left))
    rows["first_column"] = np.minimum.reduceat(xy[:, 1] << 32 | xy[:, 0], starts) & 0xFFFFFFFF
    return ObjectRegions(rows[np.argsort(rows["block"], kind="stable")])


def _outermost(polygons: np.ndarray) -> np.ndarray:
    """Return the number of the region in whose holes each region lies, its own for most, (n,)."""
    outer = np.arange(len(polygons))
    hollow = np.flatnonzero(shapely.get_num_interior_rings(polygons))
    rings, owner = shapely.get_rings(polygons[hollow], return_index=True)
    is_hole = np.append(False, owner[1:] == owner[:-1])[: len(owner)]  # each outer ring is first
    holes = shapely.polygons(rings[is_hole])
    hole, inside = shapely.STRtree(polygons).query(holes, predicate="contains")
    around = hollow[owner[is_hole][hole]]
    order = np.argsort(shapely.area(polygons)[around], kind="stable")
    outer[inside[order]] = around[order]  # the last, largest one stays: that around the others
    return outer
