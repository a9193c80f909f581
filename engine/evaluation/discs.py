# SPDX-License-Identifier: GPL-2.0-or-later
"""Discs: which pixels lie around a pixel, and how far it is to the nearest of some others."""

from __future__ import annotations

import numpy as np


def disc_offsets(radius_px: int) -> list[tuple[int, int]]:
    """Return the rows and columns, from its center, of a disc with Euclidean radius.

    Example:
        >>> len(disc_offsets(3))
        29
    """
    span = range(-radius_px, radius_px + 1)
    return [(row, col) for row in span for col in span if row**2 + col**2 <= radius_px**2]


def squared_distances(sources: np.ndarray, reach_px: int) -> np.ndarray:
    """Return the squared Euclidean distance to the nearest source, exact as far as it reaches.

    A column at a time, then along rows: the distance to a source in another column is that
    column's own distance and the way there.

    Args:
        sources: (H, W) bool.
        reach_px: beyond it all distances are the same, and larger.

    Returns:
        (H, W) int32.

    Example:
        >>> squared_distances(np.array([[True, False, False], [False, False, False]]), 3)
        array([[0, 1, 4],
               [1, 2, 5]], dtype=int32)
    """
    far = (reach_px + 1) ** 2
    vertical = np.minimum(_column_distances(sources), reach_px + 1).astype(np.int32) ** 2
    nearest: np.ndarray = vertical.copy()
    width = sources.shape[1]
    for step in range(1, min(reach_px, width - 1) + 1):
        across = vertical + step**2
        np.minimum(nearest[:, step:], across[:, :-step], out=nearest[:, step:])
        np.minimum(nearest[:, :-step], across[:, step:], out=nearest[:, :-step])
    np.minimum(nearest, far, out=nearest)
    return nearest


def _column_distances(sources: np.ndarray) -> np.ndarray:
    """Return the distance to the nearest source in the same column, (H, W) int64."""
    height = sources.shape[0]
    rows = np.arange(height)[:, None]
    never = 4 * height + 2**20
    above = np.maximum.accumulate(np.where(sources, rows, -never), axis=0)
    below = np.minimum.accumulate(np.where(sources, rows, never)[::-1], axis=0)[::-1]
    return np.minimum(rows - above, below - rows)
