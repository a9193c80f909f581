# SPDX-License-Identifier: GPL-2.0-or-later
"""Douglas-Peucker simplification of many polylines at once.

D. H. Douglas and T. K. Peucker, "Algorithms for the reduction of the number of points required to
represent a digitized line or its caricature", Cartographica 10(2), 1973.

Instead of recursing into one polyline, each round splits all chords that are still too far from
their corners. Coordinates are integers, so squared distances are compared exactly enough to give
the same answer on every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..ragged import gather, offsets

if TYPE_CHECKING:
    from .arcs import Arcs


def corners_to_keep(arcs: Arcs, tolerances_px: np.ndarray) -> np.ndarray:
    """Return which corners describe the arcs within a tolerance, (n,) bool.

    Both ends are kept. So is the corner farthest from the chord of a bowed arc, which would
    otherwise fall onto a line of the lattice, and three corners of a closed arc.

    Args:
        arcs: arcs with all their corners.
        tolerances_px: greatest distance of a dropped corner from its chord, by arc, (a,) float64.
    """
    xy = arcs.corners.astype(np.float64)
    kept = np.zeros(len(xy), bool)
    kept[arcs.starts] = kept[arcs.ends] = True
    first, last, owner = _first_chords(arcs, xy, kept)
    while True:
        is_open = last - first > 1
        first, last, owner = first[is_open], last[is_open], owner[is_open]
        if not len(first):
            return kept
        farthest, squared = _farthest(xy, first, last)
        is_far = squared > tolerances_px[owner] ** 2
        first, last, owner, farthest = (each[is_far] for each in (first, last, owner, farthest))
        kept[farthest] = True
        first, last = np.concatenate((first, farthest)), np.concatenate((farthest, last))
        owner = np.concatenate((owner, owner))


def _first_chords(
    arcs: Arcs, xy: np.ndarray, kept: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the first and last corner and the arc of the chords to start with; mark `kept`."""
    first, last = arcs.starts, arcs.ends
    is_closed = (arcs.corners[first] == arcs.corners[last]).all(axis=1) & (arcs.lengths > 3)
    bowed = np.flatnonzero(arcs.is_bowed & ~is_closed)
    closed = np.flatnonzero(is_closed)
    plain = np.flatnonzero(~arcs.is_bowed & ~is_closed)
    across, _ = _farthest(xy, first[bowed], last[bowed])
    far, _ = _farthest(xy, first[closed], last[closed])  # from the start: the chord is a point
    aside, _ = _farthest(xy, first[closed], last[closed], far)
    near, far = np.minimum(far, aside), np.maximum(far, aside)
    kept[np.concatenate((across, near, far))] = True
    return (
        np.concatenate((first[plain], first[bowed], across, first[closed], near, far)),
        np.concatenate((last[plain], across, last[bowed], near, far, last[closed])),
        np.concatenate((plain, bowed, bowed, closed, closed, closed)),
    )


def _farthest(
    xy: np.ndarray, first: np.ndarray, last: np.ndarray, chord_end: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the corner between `first` and `last` farthest from the chord, the earliest of equals.

    Args:
        xy: coordinates of all corners, (n, 2) float64.
        first: number of the first corner of each chord, (c,).
        last: number of the last corner, at least two more than the first one, (c,).
        chord_end: number of the corner where the chord ends, (c,); None: `last`.

    Returns:
        The corner, (c,) int64, and its squared distance, (c,) float64.
    """
    if not len(first):
        return np.empty(0, np.int64), np.empty(0)
    counts = last - first - 1
    corner = gather(first + 1, counts)
    squared = _squared_distances(
        xy, corner, counts, first, last if chord_end is None else chord_end
    )
    begins = offsets(counts)[:-1]
    greatest = np.maximum.reduceat(squared, begins)
    ties = np.flatnonzero(squared == np.repeat(greatest, counts))
    return corner[ties[np.searchsorted(ties, begins)]], greatest


def _squared_distances(
    xy: np.ndarray, corner: np.ndarray, counts: np.ndarray, start: np.ndarray, end: np.ndarray
) -> np.ndarray:
    """Return the squared distance of corners from the chord of their group, (n,) float64."""
    along = xy[end] - xy[start]
    length = (along**2).sum(axis=1)
    y, x = (xy[corner] - np.repeat(xy[start], counts, axis=0)).T
    along_y, along_x, length = np.repeat(np.column_stack((along, length)), counts, axis=0).T
    forward = x * along_x + y * along_y
    cross = x * along_y - y * along_x
    inside = (forward > 0) & (forward < length)
    beyond = forward >= length
    to_end = np.where(beyond & (length > 0), length - 2 * forward, 0) + x * x + y * y
    return np.where(inside, cross * cross / np.maximum(length, 1), to_end)
