# SPDX-License-Identifier: GPL-2.0-or-later
"""Samples of a pixel outline: the midpoints of its unit edges.

Midpoints lie on both sides of a slanted wall in equal measure, while pixel corners stick out.
Each sample stands for half the way to its two neighbors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from .patch import BuildingPatch


class Samples(NamedTuple):
    """Samples of a closed ring or an open chain, in order.

    Args:
        points_m: places in meters from the patch's upper left corner, (n, 2) float64, x and y.
        lengths_m: length of outline that each sample stands for, (n,) float64.
        is_hidden: whether a tree is beside the sample, (n,) bool.
        is_beyond: whether the end of the data is beside the sample, (n,) bool.
    """

    points_m: np.ndarray
    lengths_m: np.ndarray
    is_hidden: np.ndarray
    is_beyond: np.ndarray


def sample_ring(corners: np.ndarray, patch: BuildingPatch) -> Samples:
    """Return the samples of a closed pixel outline.

    Args:
        corners: corners in pixel space, the first one repeated at the end, (k, 2) x and y.
        patch: patch that the outline belongs to.
    """
    midpoints, steps = unit_edges(corners)
    around = np.roll(midpoints, -1, axis=0) - np.roll(midpoints, 1, axis=0)
    lengths_m = np.hypot(around[:, 0], around[:, 1]) * (patch.gsd_m / 2)
    beside = pixels_beside(midpoints, steps, patch.mask.shape)
    is_hidden = patch.tree.ravel()[beside].any(axis=0)
    if not patch.is_beside_gap:
        return Samples(midpoints * patch.gsd_m, lengths_m, is_hidden, np.zeros_like(is_hidden))
    is_beyond = patch.beyond.ravel()[beside].any(axis=0)
    return Samples(midpoints * patch.gsd_m, lengths_m, is_hidden & ~is_beyond, is_beyond)


def unit_edges(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return midpoint and direction of each unit edge of a pixel outline, (n, 2) both.

    >>> unit_edges(np.array([[0, 0], [2, 0]]))[0].tolist()
    [[0.5, 0.0], [1.5, 0.0]]
    """
    moves = np.diff(corners, axis=0)
    counts = np.abs(moves).sum(axis=1).astype(np.int64)
    steps = np.repeat(moves / counts[:, None], counts, axis=0)
    start = np.repeat(corners[:-1], counts, axis=0)
    place = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return start + steps * (place[:, None] + 0.5), steps


def pixels_beside(midpoints: np.ndarray, steps: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the flat numbers of the two pixels beside each unit edge, (2, n) int64."""
    across = 0.5 * steps[:, ::-1]
    sides = np.floor(np.stack((midpoints - across, midpoints + across))).astype(np.int64)
    return sides[..., 1] * shape[1] + sides[..., 0]


def simplified_ring(samples: Samples, tolerance_m: float) -> np.ndarray:
    """Return the numbers of the samples that a Douglas-Peucker simplification keeps."""
    closed = np.append(np.arange(len(samples.points_m)), 0)
    return simplified_chain(samples.points_m[closed], tolerance_m)[:-1]


def simplified_chain(points_m: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Return the numbers of the points that a Douglas-Peucker simplification keeps."""
    # The number of a point travels as its third coordinate, which the simplification ignores.
    numbered = np.column_stack((points_m, np.arange(len(points_m))))
    line = shapely.simplify(shapely.linestrings(numbered), tolerance_m, preserve_topology=False)
    return shapely.get_coordinates(line, include_z=True)[:, 2].astype(np.int64)
