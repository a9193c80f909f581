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


class RegionCollector:
    """Accumulator of the regions of exact outlines, which keeps no outline.

    A region in the hole of another one is complete before it, so it is known when the other
    arrives.
    """

    def __init__(self) -> None:
        """Start without regions."""
        self._rows = [np.zeros(0, ROW)]
        self._count = 0
        self._corner = np.empty((0, 2), np.int64)  # top and left of each region, or of its outer
        self._outer_area_px = np.empty(0)  # of the region around it; 0 for none

    def feed(self, polygons: np.ndarray, codes: np.ndarray) -> None:
        """Add regions.

        Args:
            polygons: outlines of 4-connected regions in pixel space, (n,).
            codes: code of each region, (n,) uint8.
        """
        if not len(polygons):
            return
        rows = np.zeros(len(polygons), ROW)
        left, top, right, bottom = shapely.bounds(polygons).astype(np.int64).T
        xy = shapely.get_coordinates(polygons).astype(np.int64)
        starts = offsets(shapely.get_num_coordinates(polygons))[:-1]
        rows["number"] = self._count + np.arange(len(polygons))
        rows["code"] = codes
        rows["window"] = np.column_stack((top, left, bottom - top, right - left))
        first = np.minimum.reduceat(xy[:, 1] << 32 | xy[:, 0], starts)
        rows["first_column"] = first & 0xFFFFFFFF
        self._rows.append(rows)
        self._count += len(polygons)
        self._corner = np.concatenate((self._corner, np.column_stack((top, left))))
        self._outer_area_px = np.concatenate((self._outer_area_px, np.zeros(len(polygons))))
        self._fill_holes(polygons)

    def finish(self) -> ObjectRegions:
        """Return all regions."""
        rows = np.concatenate(self._rows)
        if len(rows):
            blocks = np.unique(self._corner // BLOCK_PX, axis=0, return_inverse=True)[1]
            rows["block"] = blocks.ravel()
        return ObjectRegions(rows[np.argsort(rows["block"], kind="stable")])

    def _fill_holes(self, polygons: np.ndarray) -> None:
        """Put the regions in the holes of the newest ones where the largest of these begins."""
        newest = self._count - len(polygons)
        hollow = np.flatnonzero(shapely.get_num_interior_rings(polygons))
        if not len(hollow):
            return
        rings, owner = shapely.get_rings(polygons[hollow], return_index=True)
        is_hole = np.append(False, owner[1:] == owner[:-1])  # each outer ring is first
        holes, around = shapely.polygons(rings[is_hole]), hollow[owner[is_hole]]
        rows = np.concatenate(self._rows)
        self._rows = [rows]
        below = np.flatnonzero(rows["window"][:, 0] >= shapely.bounds(holes)[:, 1].min())
        pixels = rows["first_column"][below] + 0.5, rows["window"][below, 0] + 0.5
        hole, inside = shapely.STRtree(shapely.points(*pixels)).query(holes, predicate="contains")
        area_px = shapely.area(polygons)
        for member, outer in zip(below[inside].tolist(), around[hole].tolist(), strict=True):
            if area_px[outer] > self._outer_area_px[member]:
                self._outer_area_px[member] = area_px[outer]
                self._corner[member] = rows["window"][newest + outer, :2]
