# SPDX-License-Identifier: GPL-2.0-or-later
"""Discs: which pixels lie around a pixel, and how far it is to the nearest of some others."""

from __future__ import annotations

from math import isqrt

import numpy as np

STRIP_ROWS = 32


def disc_offsets(radius_px: int) -> list[tuple[int, int]]:
    """Return the rows and columns, from its center, of a disc with Euclidean radius.

    Example:
        >>> len(disc_offsets(3))
        29
    """
    span = range(-radius_px, radius_px + 1)
    return [(row, col) for row in span for col in span if row**2 + col**2 <= radius_px**2]


def squared_distances(sources: np.ndarray, reach_px: int) -> np.ndarray:
    """Return the squared Euclidean distance to the nearest source, as far as it reaches.

    A column at a time, then along rows: the distance to a source in another column is that
    column's own distance and the way there.

    Args:
        sources: (H, W) bool.
        reach_px: how far to look.

    Returns:
        (H, W) int32, exact below (`reach_px` + 1)², which stands for all that is farther.

    Example:
        >>> squared_distances(np.array([[True, False, False], [False, False, False]]), 3)
        array([[0, 1, 4],
               [1, 2, 5]], dtype=int32)
    """
    vertical = np.minimum(_column_distances(sources), reach_px + 1) ** 2
    nearest: np.ndarray = vertical.copy()
    for top in range(0, len(sources), STRIP_ROWS):  # strips stay in the processor's cache
        _spread_along_rows(vertical[top : top + STRIP_ROWS], nearest[top : top + STRIP_ROWS])
    return nearest


def _spread_along_rows(vertical: np.ndarray, nearest: np.ndarray) -> None:
    """Lower squared distances to what they are by way of other columns."""
    farthest = isqrt(int(vertical.max(initial=0)))  # no way longer than that helps
    for step in range(1, min(farthest, vertical.shape[1] - 1) + 1):
        across = vertical + step**2
        np.minimum(nearest[:, step:], across[:, :-step], out=nearest[:, step:])
        np.minimum(nearest[:, :-step], across[:, step:], out=nearest[:, :-step])


def _column_distances(sources: np.ndarray) -> np.ndarray:
    """Return the distance to the nearest source in the same column, (H, W) int32."""
    rows = np.arange(len(sources), dtype=np.int32)[:, None]
    never = np.int32(2**20)
    above = np.maximum.accumulate(np.where(sources, rows, -never), axis=0)
    below = np.minimum.accumulate(np.where(sources, rows, never)[::-1], axis=0)[::-1]
    return np.minimum(rows - above, below - rows)
