# SPDX-License-Identifier: GPL-2.0-or-later
"""Distances to a mask up to a limit, band by band, so that memory does not grow with the raster.

The raster's edge is no border: nothing beyond it is nearer than what is inside.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Iterator

BAND_CELLS = 1 << 18  # of a band, about; the result does not depend on it


def bands(
    shape: tuple[int, int], limit: float, band_cells: int = BAND_CELLS
) -> Iterator[tuple[slice, slice, slice]]:
    """Yield each band of rows, the rows within the limit of it, and the band among those.

    Args:
        shape: height and width of the raster in cells.
        limit: distance in rows that a result depends on.
        band_cells: number of cells of a band, unless its rows are fewer than those around it.
    """
    height, width = shape
    reach = ceil(limit) + 1
    rows = max(2 * reach, band_cells // max(width, 1))
    for first in range(0, height, rows):
        last = min(first + rows, height)
        above, below = max(0, first - reach), min(height, last + reach)
        yield slice(first, last), slice(above, below), slice(first - above, last - above)


def within(mask: np.ndarray, radius: float, band_cells: int = BAND_CELLS) -> np.ndarray:
    """Return which cells are at most a radius away from a mask, (h, w) bool.

    Args:
        mask: mask, (h, w) bool.
        radius: distance in cells.
        band_cells: number of cells of a band.
    """
    found = np.zeros(mask.shape, bool)
    for here, around, inside in bands(mask.shape, radius, band_cells):
        if mask[around].any():
            found[here] = _distance_outside(mask[around], radius + 1)[inside] <= radius
    return found


def border_distance_at(
    mask: np.ndarray, cells: np.ndarray, limit: float, band_cells: int = BAND_CELLS
) -> np.ndarray:
    """Return the distance of some cells of a mask to the nearest cell outside, at most `limit`.

    Args:
        mask: mask, (h, w) bool.
        cells: row and column of each cell, (n, 2) int64.
        limit: largest distance in cells.
        band_cells: number of cells of a band.

    Returns:
        Distances in cells, (n,) float32.
    """
    found = np.full(len(cells), limit, np.float32)
    order = np.argsort(cells[:, 0], kind="stable")
    rows = cells[order, 0]
    for here, around, _ in bands(mask.shape, limit, band_cells):
        first, beyond = np.searchsorted(rows, (here.start, here.stop))
        outside = ~mask[around]
        if first < beyond and outside.any():
            row, col = cells[order[first:beyond]].T
            distances = _distance_outside(outside, limit)
            found[order[first:beyond]] = distances[row - around.start, col]
    return found


def _distance_outside(mask: np.ndarray, limit: float) -> np.ndarray:
    """Return the distance of each cell to the nearest cell of a mask, (h, w) float32."""
    return np.minimum(ndimage.distance_transform_edt(~mask), limit).astype(np.float32)
