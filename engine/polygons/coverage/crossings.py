# SPDX-License-Identifier: GPL-2.0-or-later
"""Crossings: arcs that meet another arc, or themselves, elsewhere than at a shared node.

All coordinates are integers, so the tests are exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from .blocks import boxes_near

if TYPE_CHECKING:
    from .arcs import Arcs


def crossing_arcs(arcs: Arcs, suspects: np.ndarray) -> np.ndarray:
    """Return which arcs cross or touch, (a,) bool; both arcs of each pair.

    Args:
        arcs: simplified arcs.
        suspects: arcs of which at least one takes part in each pair, (a,) bool.
    """
    owner = arcs.owner
    start = np.flatnonzero(owner[1:] == owner[:-1])
    segments = np.stack((arcs.corners[start], arcs.corners[start + 1]), axis=1)
    owner = owner[start]
    if not suspects.all():
        suspect = suspects[owner]
        low, high = segments.min(axis=1), segments.max(axis=1)
        near = boxes_near(low, high, low[suspect], high[suspect])
        segments, owner = segments[near], owner[near]
    asked = np.flatnonzero(suspects[owner])
    left, right = _near(segments, asked)
    is_new = (left < right) | ~suspects[owner[right]]
    left, right = left[is_new & (left != right)], right[is_new & (left != right)]
    meets = _meet(segments[left].astype(np.int64), segments[right].astype(np.int64))
    crossing = np.zeros(len(arcs.lengths), bool)
    crossing[owner[left[meets]]] = crossing[owner[right[meets]]] = True
    return crossing


def _near(segments: np.ndarray, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of segments whose bounding boxes meet, the first of each among `asked`."""
    lines = shapely.linestrings(segments.astype(np.float64))
    place, other = shapely.STRtree(lines).query(lines[asked])
    return asked[place], other


def _meet(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return whether two segments meet other than at one shared end, (n,) bool.

    Args:
        left: segments, (n, 2, 2) int64.
        right: segments, (n, 2, 2) int64.
    """
    same = [[(left[:, i] == right[:, j]).all(axis=1) for j in (0, 1)] for i in (0, 1)]
    shared = np.sum(same, axis=(0, 1))
    meets = _intersect(left, right) & (shared != 1)
    one = np.flatnonzero(shared == 1)
    first = (same[1][0] | same[1][1])[one].astype(int)  # which end of `left` is shared
    second = (same[0][1] | same[1][1])[one].astype(int)
    corner = left[one, first]
    onward, back = left[one, 1 - first] - corner, right[one, 1 - second] - corner
    meets[one] = (_cross(onward, back) == 0) & ((onward * back).sum(axis=1) > 0)
    return meets


def _intersect(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return whether closed segments intersect, if their bounding boxes do, (n,) bool."""
    return _straddles(left, right) & _straddles(right, left)


def _straddles(line: np.ndarray, segment: np.ndarray) -> np.ndarray:
    """Return whether the ends of `segment` are not both strictly on one side of `line`."""
    along = line[:, 1] - line[:, 0]
    sides = [np.sign(_cross(along, segment[:, i] - line[:, 0])) for i in (0, 1)]
    return sides[0] * sides[1] <= 0


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
