# SPDX-License-Identifier: GPL-2.0-or-later
"""Distances to a mask up to a limit, band by band, so that memory does not grow with the raster."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from scipy import ndimage

if TYPE_CHECKING:
    from collections.abc import Iterator

BAND = 1024  # rows; the result does not depend on it


def bands(height: int, limit: float, band: int = BAND) -> Iterator[tuple[slice, slice, slice]]:
    """Yield each band of rows, the rows within the limit of it, and the band among those.

    Args:
        height: number of rows.
        limit: distance in rows that a result depends on.
        band: number of rows of a band.
    """
    reach = ceil(limit) + 1
    for first in range(0, height, band):
        last = min(first + band, height)
        above, below = max(0, first - reach), min(height, last + reach)
        yield slice(first, last), slice(above, below), slice(first - above, last - above)


def distance_outside(mask: np.ndarray, limit: float, band: int = BAND) -> np.ndarray:
    """Return the distance of each cell to the nearest cell of a mask, at most `limit`.

    Args:
        mask: mask, (h, w) bool.
        limit: largest distance in cells.
        band: number of rows that are processed at once.

    Returns:
        Distances in cells, (h, w) float32.
    """
    distances = np.full(mask.shape, limit, np.float32)
    for here, around, inside in bands(len(mask), limit, band):
        if mask[around].any():
            found = ndimage.distance_transform_edt(~mask[around])[inside]
            np.minimum(found, limit, out=distances[here], casting="same_kind")
    return distances


def border_distance(mask: np.ndarray, limit: float, band: int = BAND) -> np.ndarray:
    """Return the distance of each cell of a mask to the nearest cell outside, at most `limit`.

    The raster's edge is no border. Arguments and result are those of `distance_outside`.
    """
    padded = np.pad(~mask, 1, mode="edge")
    return distance_outside(padded, limit, band)[1:-1, 1:-1]
