# SPDX-License-Identifier: GPL-2.0-or-later
"""Arcs: the borders between regions, each followed once from node to node.

Headings are numbered clockwise: 0 east, 1 south, 2 west, 3 north.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..ragged import gather, offsets
from .borders import Points, find_points
from .paths import follow_paths

# Line and column offset, from a corner, of the pixel on either side of a heading.
_RIGHT = np.array([(1, 1), (1, 0), (0, 0), (0, 1)])
_LEFT = np.array([(0, 1), (1, 1), (1, 0), (0, 0)])


class Arcs(NamedTuple):
    """Arcs with the corners where they bend.

    Args:
        corners: line and column of the corners of all arcs, concatenated, both ends of an arc
            included, (n, 2) int32.
        lengths: number of corners of each arc, (a,) int64.
        headings: heading in which each arc leaves its start and reaches its end, (a, 2) int64,
            before any simplification.
        bits: borders that leave the start and end of each arc, (a, 2) uint8.
        pixels: flat index in the padded codes of the pixel on the right and on the left at the
            start of each arc, (a, 2) int64.
        is_ring: whether each arc is a ring without any node, which starts at its topmost,
            leftmost corner and first heads east, (a,) bool.
        is_bowed: whether both ends of each arc lie on one line of the lattice though the arc
            does not, (a,) bool.
    """

    corners: np.ndarray
    lengths: np.ndarray
    headings: np.ndarray
    bits: np.ndarray
    pixels: np.ndarray
    is_ring: np.ndarray
    is_bowed: np.ndarray

    @property
    def starts(self) -> np.ndarray:
        """Place of each arc's first corner, (a,) int64."""
        return offsets(self.lengths)[:-1]

    @property
    def ends(self) -> np.ndarray:
        """Place of each arc's last corner, (a,) int64."""
        return offsets(self.lengths)[1:] - 1

    @property
    def owner(self) -> np.ndarray:
        """Arc of each corner, (n,) int64."""
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    def thinned(self, kept: np.ndarray) -> Arcs:
        """Return the arcs with the corners marked in `kept`, (n,) bool."""
        lengths = np.add.reduceat(kept, self.starts, dtype=np.int64) if len(kept) else self.lengths
        return self._replace(corners=self.corners[kept], lengths=lengths)


def trace_arcs(codes: np.ndarray, is_line: np.ndarray, is_column: np.ndarray) -> Arcs:
    """Return the arcs of a strip, see `find_points`.

    Args:
        codes: class codes, (h + 1, w + 2) uint8, as in `Strip.codes`.
        is_line: whether each line of corners is a line of the lattice, (h + 1,) bool.
        is_column: whether each column of corners is a line of the lattice, (w + 1,) bool.
    """
    points = find_points(codes, is_line, is_column)
    numbers, lengths, is_ring = _point_numbers(points)
    corners = points.corners[numbers]
    ends = offsets(lengths)
    first, last = ends[:-1], ends[1:] - 1
    headings = np.column_stack(
        (
            _heading(corners[first + 1] - corners[first]),
            _heading(corners[last] - corners[last - 1]),
        )
    )
    start, end = corners[first], corners[last]
    same_line = (start[:, 0] == end[:, 0]) & is_line[start[:, 0]]
    same_column = (start[:, 1] == end[:, 1]) & is_column[start[:, 1]]
    return Arcs(
        corners,
        lengths,
        headings,
        points.bits[numbers[np.column_stack((first, last))]],
        _side_pixels(start, headings[:, 0], codes.shape[1]),
        is_ring,
        (lengths > 2) & ~is_ring & (same_line | same_column),
    )


def _point_numbers(points: Points) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the points of each arc, their number per arc, and whether each arc is a ring."""
    nodes = np.flatnonzero(points.is_node)
    first = points.neighbors[nodes]
    exists = first >= 0
    reaches_node = exists & points.is_node[first]
    straight = np.nonzero(reaches_node[:, :2])  # east or south: each once
    direct = np.column_stack((nodes[straight[0]], first[straight]))
    bending = np.nonzero(exists & ~reaches_node)
    # A ring's topmost, leftmost corner has borders to the east and to the south.
    turns = np.flatnonzero(~points.is_node & (points.bits == 3))
    starts = np.concatenate((first[bending], turns))
    bends, counts, chosen = follow_paths(_bend_neighbors(points), starts)
    is_ring = chosen >= len(bending[0])
    heads = np.empty(len(counts), np.int64)
    heads[~is_ring] = nodes[bending[0][chosen[~is_ring]]]
    lasts = offsets(counts)
    before_last = np.where(counts > 1, bends[np.maximum(lasts[1:] - 2, 0)], heads)
    tails = _other_end(points, bends[lasts[1:] - 1], before_last)
    tails[is_ring] = bends[lasts[:-1][is_ring]]
    lengths = counts + 2 - is_ring
    place = offsets(lengths)
    numbers = np.empty(place[-1], np.int64)
    numbers[place[:-1]] = heads
    numbers[place[1:] - 1] = tails
    numbers[gather(place[:-1] + ~is_ring, counts)] = bends
    return (
        np.concatenate((direct.ravel(), numbers)),
        np.concatenate((np.full(len(direct), 2), lengths)),
        np.concatenate((np.zeros(len(direct), bool), is_ring)),
    )


def _bend_neighbors(points: Points) -> np.ndarray:
    """Return the bends next to each bend, horizontally and vertically, -1 for none, (n, 2)."""
    pairs = np.maximum(points.neighbors[:, :2], points.neighbors[:, 2:])
    pairs[points.is_node] = -1
    pairs[points.is_node[pairs] & (pairs >= 0)] = -1
    return pairs


def _other_end(points: Points, bend: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return the point reached from `bend` by the border that does not lead to `before`."""
    pairs = np.maximum(points.neighbors[bend, :2], points.neighbors[bend, 2:])
    return np.where(pairs[:, 0] == before, pairs[:, 1], pairs[:, 0]).astype(np.int64)


def _heading(step: np.ndarray) -> np.ndarray:
    """Return the heading of steps along one axis, (n, 2) lines and columns."""
    line, column = step.T
    return np.where(line == 0, np.where(column > 0, 0, 2), np.where(line > 0, 1, 3))


def _side_pixels(corner: np.ndarray, heading: np.ndarray, width: int) -> np.ndarray:
    """Return the flat index of the pixel on the right and on the left, (a, 2) int64."""
    sides = [corner + side[heading] for side in (_RIGHT, _LEFT)]
    return np.column_stack([side[:, 0].astype(np.int64) * width + side[:, 1] for side in sides])
