# SPDX-License-Identifier: GPL-2.0-or-later
"""Walls between buildings that touch, as chains of pixel edges."""

from __future__ import annotations

import numpy as np
import shapely
from scipy import ndimage


def without_small_holes(labels: np.ndarray, smallest_px: float) -> np.ndarray:
    """Return labels whose holes below a size belong to the nearest building: they part no wall.

    Args:
        labels: number of the building of each pixel from 1, (h, w) int; 0 outside.
        smallest_px: area of the smallest hole that stays, in pixels.
    """
    is_empty = labels == 0
    holes, _ = ndimage.label(is_empty & ndimage.binary_fill_holes(~is_empty))
    is_small = np.bincount(holes.ravel()) < smallest_px
    is_small[0] = False
    row, column = ndimage.distance_transform_edt(
        is_empty, return_distances=False, return_indices=True
    )
    return np.where(is_small[holes], labels[row, column], labels)


def wall_chains(labels: np.ndarray) -> list[np.ndarray]:
    """Return the pixel edges between each two buildings, joined to chains, each (k, 2) x and y.

    A chain ends where it leaves the buildings or meets a third one.

    Args:
        labels: number of the building of each pixel from 1, (h, w) int; 0 outside.
    """
    chains: list[np.ndarray] = []
    pairs, edges = _edges_between(labels)
    for pair in np.unique(pairs):
        joined = shapely.line_merge(shapely.multilinestrings(edges[pairs == pair]))
        chains += [shapely.get_coordinates(line) for line in shapely.get_parts(joined)]
    return chains


def _edges_between(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pair of labels beside each pixel edge between two buildings, and the edges."""
    pairs, edges = [], []
    for one, other, (down, right), along in (
        (labels[:-1], labels[1:], (1, 0), (0, 1)),
        (labels[:, :-1], labels[:, 1:], (0, 1), (1, 0)),
    ):
        row, column = np.nonzero((one != other) & (one > 0) & (other > 0))
        beside = np.stack((one[row, column], other[row, column])).astype(np.int64)
        pairs.append(beside.min(axis=0) * (labels.max() + 1) + beside.max(axis=0))
        start = np.column_stack((column + right, row + down))
        edges.append(np.stack((start, start + np.array(along)[::-1]), axis=1))
    return np.concatenate(pairs), shapely.linestrings(np.concatenate(edges).astype(np.float64))


def bent_wall(chain: np.ndarray, tolerance_px: float, reach_px: float) -> shapely.LineString:
    """Return a simplified chain whose ends go on straight, so that they reach the outline.

    Args:
        chain: points of the wall, (n, 2) float64 in pixels.
        tolerance_px: largest distance of the line from the chain.
        reach_px: length added to each end; none is added to a ring.
    """
    xy = shapely.get_coordinates(shapely.simplify(shapely.LineString(chain), tolerance_px))
    if (xy[0] == xy[-1]).all():
        return shapely.LineString(xy)
    ends = []
    for end, before in ((xy[0], xy[1]), (xy[-1], xy[-2])):
        step = end - before
        ends.append(end + step * (reach_px / np.hypot(*step)))
    return shapely.LineString([ends[0], *xy, ends[1]])
