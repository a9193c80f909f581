# SPDX-License-Identifier: GPL-2.0-or-later
"""Pieces: the two sides of each arc, joined to the rings of regions.

A piece is an arc followed with its region on the right-hand side. Where it ends at a node, the
next piece of the same region leaves by the first border on the right. At the bottom of a strip
the borders below are not known yet, so pieces that end there are continued in the next strip.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..ragged import gather, offsets
from ..rings import Rings, cut_where_visited_twice, polygons_of_rings
from .paths import follow_paths

if TYPE_CHECKING:
    from .arcs import Arcs

UNKNOWN = -1  # the next piece depends on the strip below
_ALL = 15  # bits of a node where four borders meet


def _turn(bits: int, heading: int) -> int:
    """Return the heading in which a region on the right goes on from a node."""
    for turn in (1, 0, 3, 2):
        if bits >> (heading + turn) % 4 & 1:
            return (heading + turn) % 4
    return 0


_TURNS = np.array([[_turn(bits, heading) for heading in range(4)] for bits in range(16)])


class Pieces(NamedTuple):
    """Directed sides of arcs, without their last corner.

    Args:
        corners: line and column of the corners of all pieces, concatenated, (n, 2) int32; lines
            are counted from the raster's top.
        lengths: number of corners of each piece, (p,) int64.
        region: region on the right of each piece, (p,) int64.
        key: number of the border by which each piece leaves its start, (p,) int64.
        next_key: key of the next piece, `UNKNOWN` at the bottom of a strip, (p,) int64.
        end: line, column and heading in which each piece reaches its end, (p, 3) int32.
        may_touch: whether a region may be visited twice at the start of each piece, (p,) bool.
    """

    corners: np.ndarray
    lengths: np.ndarray
    region: np.ndarray
    key: np.ndarray
    next_key: np.ndarray
    end: np.ndarray
    may_touch: np.ndarray

    @classmethod
    def joined(cls, parts: list[Pieces]) -> Pieces:
        """Return the pieces of all `parts`, in order."""
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))

    def take(self, chosen: np.ndarray) -> Pieces:
        """Return the pieces numbered `chosen`."""
        lengths = self.lengths[chosen]
        corners = self.corners[gather(offsets(self.lengths)[chosen], lengths)]
        return Pieces(corners, lengths, *(each[chosen] for each in self[2:]))

    def continued(self, line: int, bits: np.ndarray) -> Pieces:
        """Return the pieces, with those that start or end at the bottom of their strip completed.

        Args:
            line: line of corners at the bottom, counted from the raster's top.
            bits: borders that leave each corner of that line, (w + 1,) uint8.
        """
        waiting = np.flatnonzero(self.next_key == UNKNOWN)
        _, column, heading = self.end[waiting].T
        next_key = self.next_key.copy()
        turned = _TURNS[bits[column], heading]
        corner = np.column_stack((np.full(len(waiting), line), column))
        next_key[waiting] = _key(corner, turned, len(bits))
        start_line, start_column = self.corners[offsets(self.lengths)[:-1]].T
        may_touch = self.may_touch.copy()
        starting = np.flatnonzero(start_line == line)
        may_touch[starting] = bits[start_column[starting]] == _ALL
        return self._replace(next_key=next_key, may_touch=may_touch)


def no_pieces() -> Pieces:
    """Return pieces of nothing."""
    none = np.empty(0, np.int64)
    corners, end = np.empty((0, 2), np.int32), np.empty((0, 3), np.int32)
    return Pieces(corners, none, none, none, none, end, np.empty(0, bool))


def pieces_of(arcs: Arcs, regions: np.ndarray, first_line: int, height: int, width: int) -> Pieces:
    """Return the sides of arcs that belong to a region.

    Args:
        arcs: arcs of a strip, simplified or not.
        regions: region on the right and left of each arc, -1 for none, (a, 2) int64.
        first_line: line of the raster that is the first line of the strip.
        height: number of rows of the strip.
        width: number of columns of the raster.
    """
    corners = arcs.corners + np.array([first_line, 0], np.int32)
    ends = np.stack((corners[arcs.starts], corners[arcs.ends]), axis=1)
    counts = arcs.lengths - 1
    forward = gather(arcs.starts, counts)
    steps = forward - np.repeat(arcs.starts, counts)
    backward = np.repeat(arcs.ends, counts) - steps
    leaves = np.column_stack((arcs.headings[:, 0], (arcs.headings[:, 1] + 2) % 4))
    arrives = np.column_stack((arcs.headings[:, 1], (arcs.headings[:, 0] + 2) % 4))
    sides = []
    for side, order in ((0, forward), (1, backward)):
        start, end = ends[:, side], ends[:, 1 - side]
        key = _key(start, leaves[:, side], width + 1)
        turned = _TURNS[arcs.bits[:, 1 - side], arrives[:, side]]
        next_key = np.where(arcs.is_ring, key, _key(end, turned, width + 1))
        next_key[end[:, 0] == first_line + height] = UNKNOWN
        sides.append(
            Pieces(
                corners[order],
                counts,
                regions[:, side],
                key,
                next_key,
                np.column_stack((end, arrives[:, side])).astype(np.int32),
                (arcs.bits[:, side] == _ALL) & ~arcs.is_ring,
            )
        )
    pieces = Pieces.joined(sides)
    return pieces.take(np.flatnonzero(pieces.region >= 0))


def _key(corner: np.ndarray, heading: np.ndarray, columns: int) -> np.ndarray:
    """Return the number of the border that leaves a corner in a heading, (n,) int64."""
    line, column = corner.astype(np.int64).T
    return (line * columns + column) * 4 + heading


def polygons_of(pieces: Pieces) -> tuple[np.ndarray, np.ndarray]:
    """Return one valid polygon for each region, in pixel space.

    Args:
        pieces: all pieces of each region.

    Returns:
        Shapely polygons, (p,), x = column and y = row; and the region of each, (p,) int64. Both
        are ordered by lowest line, then topmost line, then leftmost column there.
    """
    if not len(pieces.lengths):
        return np.empty(0, object), np.empty(0, np.int64)
    order = np.argsort(pieces.key)
    following = order[np.searchsorted(pieces.key, pieces.next_key, sorter=order)]
    visited, counts, _ = follow_paths(following[:, np.newaxis], order)
    lengths = pieces.lengths[visited]
    place = offsets(pieces.lengths)[visited]
    corners = pieces.corners[gather(place, lengths)].astype(np.int64)
    begins = offsets(counts)[:-1]
    rings = Rings(corners, np.add.reduceat(lengths, begins), pieces.region[visited[begins]])
    suspects = offsets(lengths)[:-1][pieces.may_touch[visited]]
    return polygons_of_rings(cut_where_visited_twice(rings, suspects))
