# SPDX-License-Identifier: GPL-2.0-or-later
"""Discs of pixels and exact Euclidean distances up to a maximum distance."""

from __future__ import annotations

from math import isqrt

import numpy as np

STRIP_ROWS = 32


def disc_offsets(radius_px: int) -> list[tuple[int, int]]:
    """Return the row and column offsets of the pixels of a disc from its center.

    Example:
        >>> len(disc_offsets(3))
        29
    """
    span = range(-radius_px, radius_px + 1)
    return [(row, col) for row in span for col in span if row**2 + col**2 <= radius_px**2]


def squared_distances(sources: np.ndarray, reach_px: int) -> np.ndarray:
    """Return the squared Euclidean distance to the nearest source, up to a maximum distance.

    Distances are computed along columns first and then along rows: the squared distance to a source
    in another column is the sum of the squared distances along that column and to that column.

    Args:
        sources: mask of the sources, (H, W) bool.
        reach_px: maximum distance in pixels.

    Returns:
        Squared distances, (H, W) int32, clamped to (`reach_px` + 1)² and exact below.

    Example:
        >>> squared_distances(np.array([[True, False, False], [False, False, False]]), 3)
        array([[0, 1, 4],
               [1, 2, 5]], dtype=int32)
    """
    vertical = np.minimum(_column_distances(sources), reach_px + 1) ** 2
    nearest: np.ndarray = vertical.copy()
    for top in range(0, len(sources), STRIP_ROWS):  # strips fit into the processor's cache
        _relax_along_rows(vertical[top : top + STRIP_ROWS], nearest[top : top + STRIP_ROWS])
    return nearest


def _relax_along_rows(vertical: np.ndarray, nearest: np.ndarray) -> None:
    """Reduce squared distances in place to those of sources in other columns."""
    farthest = isqrt(int(vertical.max(initial=0)))  # longer steps cannot reduce a distance
    for step in range(1, min(farthest, vertical.shape[1] - 1) + 1):
        across = vertical + step**2
        np.minimum(nearest[:, step:], across[:, :-step], out=nearest[:, step:])
        np.minimum(nearest[:, :-step], across[:, step:], out=nearest[:, :-step])


def _column_distances(sources: np.ndarray) -> np.ndarray:
    """Return the distance to the nearest source in the same column, (H, W) int32."""
    rows = np.arange(len(sources), dtype=np.int32)[:, None]
    infinite = np.int32(2**20)
    above = np.maximum.accumulate(np.where(sources, rows, -infinite), axis=0)
    below = np.minimum.accumulate(np.where(sources, rows, infinite)[::-1], axis=0)[::-1]
    return np.minimum(rows - above, below - rows)
