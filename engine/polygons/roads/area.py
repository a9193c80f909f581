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
    rows, cols, half_m = _samples(edges, widths_m, shape, cell_m)
    is_near = np.zeros(shape, bool)
    for here, around, inside in bands(shape, (half_m.max(initial=0) + MORE_M) / cell_m):
        first, beyond = np.searchsorted(rows, (around.start, around.stop))
        if first == beyond:
            continue
        band = np.zeros((around.stop - around.start, shape[1]), np.float32)
        sampled = slice(first, beyond)
        np.maximum.at(band, (rows[sampled] - around.start, cols[sampled]), half_m[sampled])
        distance, nearest = ndimage.distance_transform_edt(band == 0, return_indices=True)
        is_near[here] = (distance * cell_m <= band[tuple(nearest)] + MORE_M)[inside]
    return is_near


def _samples(
    edges: list[Edge], widths_m: np.ndarray, shape: tuple[int, int], cell_m: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row, column and half width of the edges at each half cell, (n,) each, by row."""
    parts = [(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32))]
    for edge, width_m in zip(edges, widths_m, strict=True):
        along = np.arange(0, edge.length_m + cell_m / 2, cell_m / 2)
        x, y = (np.interp(along, edge.along_m, values) for values in edge.xy.T)
        local = np.minimum(np.interp(along, edge.along_m, edge.radii_m), width_m / 2 * MORE_SHARE)
        cols = np.clip((x / cell_m).astype(np.int32), 0, shape[1] - 1)
        rows = np.clip((y / cell_m).astype(np.int32), 0, shape[0] - 1)
        parts.append((rows, cols, np.maximum(local, width_m / 2).astype(np.float32)))
    rows, cols, half_m = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(rows, kind="stable")
    return rows[order], cols[order], half_m[order]
