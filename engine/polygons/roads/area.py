# SPDX-License-Identifier: GPL-2.0-or-later
"""Sealed ground that belongs to the roads: within their half width of the center lines.

What lies farther, as a lot beside a street, is paved ground but no road.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from .distance import bands

if TYPE_CHECKING:
    from .network import Edge

MORE_M = 0.8  # margin beyond the half width, for uneven borders
MORE_SHARE = 1.1  # largest local half width relative to that of the edge


class RoadArea(NamedTuple):
    """Cells of roads.

    Args:
        cells: cells near a center line, (h, w) bool.
        cell_px: edge of a cell in pixels.
    """

    cells: np.ndarray
    cell_px: int

    def rows(self, first: int, height: int, width: int) -> np.ndarray:
        """Return which pixels of some rows are near a center line, (height, width) bool.

        Args:
            first: first row in the class raster.
            height: number of rows.
            width: width of the class raster.
        """
        down = np.arange(first, first + height) // self.cell_px
        right = np.arange(width) // self.cell_px
        return self.cells[down[:, None], right]


def road_cells(
    edges: list[Edge], widths_m: np.ndarray, shape: tuple[int, int], cell_m: float
) -> np.ndarray:
    """Return the cells within the half width of a center line, (h, w) bool.

    Args:
        edges: edges of the network.
        widths_m: width of each edge in meters, (n,) float64.
        shape: height and width in cells.
        cell_m: edge of a cell in meters.
    """
    half_m = np.zeros(shape, np.float32)
    for edge, width_m in zip(edges, widths_m, strict=True):
        along = np.arange(0, edge.length_m + cell_m / 2, cell_m / 2)
        x, y = (np.interp(along, edge.along_m, values) for values in edge.xy.T)
        local = np.minimum(np.interp(along, edge.along_m, edge.radii_m), width_m / 2 * MORE_SHARE)
        cols = np.clip((x / cell_m).astype(int), 0, shape[1] - 1)
        rows = np.clip((y / cell_m).astype(int), 0, shape[0] - 1)
        np.maximum.at(half_m, (rows, cols), np.maximum(local, width_m / 2).astype(np.float32))
    is_near = np.zeros(shape, bool)
    for here, around, inside in bands(len(half_m), (half_m.max() + MORE_M) / cell_m):
        band = half_m[around]
        if band.any():
            distance, (rows, cols) = ndimage.distance_transform_edt(band == 0, return_indices=True)
            is_near[here] = (distance * cell_m <= band[rows, cols] + MORE_M)[inside]
    return is_near
