# SPDX-License-Identifier: GPL-2.0-or-later
"""Points where the borders of a strip bend or meet, and the borders between them.

Corners of pixels are numbered as in `edges`: corner (i, j) is the lower right corner of pixel
(i, j) of the padded codes. Up to four borders leave a corner; its *bits* list them. A corner is

* a *node* if three or four borders meet there, or if a border leaves a *line* there: a line of
  the lattice or an edge of the raster. Nodes are never dropped;
* a *bend* if it has one horizontal and one vertical border and is no node;
* no point otherwise: the border runs straight on.

So what lies between two lines of the lattice depends on nothing beyond them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

EAST, SOUTH, WEST, NORTH = 1, 2, 4, 8  # bit of heading h: 1 << h
_HORIZONTAL, _VERTICAL = EAST | WEST, SOUTH | NORTH
_NO_POINT, _BEND, _NODE = 0, 1, 2
_STRAIGHT = (0, _HORIZONTAL, _VERTICAL)
_KINDS = np.array(
    [
        _NO_POINT if bits in _STRAIGHT else _NODE if bits.bit_count() > 2 else _BEND
        for bits in range(16)
    ],
    np.uint8,
)


class Points(NamedTuple):
    """Bends and nodes of a strip, in reading order.

    Args:
        corners: line and column of each point, (n, 2) int32.
        bits: borders that leave each point, (n,) uint8.
        is_node: whether each point is a node, (n,) bool.
        neighbors: next point in each heading (east, south, west, north), -1 for none,
            (n, 4) int32.
    """

    corners: np.ndarray
    bits: np.ndarray
    is_node: np.ndarray
    neighbors: np.ndarray


def find_points(codes: np.ndarray, is_line: np.ndarray, is_column: np.ndarray) -> Points:
    """Return the points of the borders in `codes`.

    Borders on the last line of corners belong to the strip below; borders above the first line
    to the strip above. These two lines should be lines of the lattice.

    Args:
        codes: class codes, (h + 1, w + 2) uint8, as in `Strip.codes`.
        is_line: whether each line of corners is a line of the lattice, (h + 1,) bool.
        is_column: whether each column of corners is a line of the lattice, (w + 1,) bool.
    """
    bits = border_bits(codes)
    kinds = _KINDS[bits]
    kinds[is_line] = np.where(bits[is_line] & _VERTICAL, _NODE, kinds[is_line])
    kinds[:, is_column] = np.where(bits[:, is_column] & _HORIZONTAL, _NODE, kinds[:, is_column])
    place = np.flatnonzero(kinds)
    corners = np.empty((len(place), 2), np.int32)
    corners[:, 0], corners[:, 1] = np.divmod(place, bits.shape[1])
    bits, kinds = bits.ravel()[place], kinds.ravel()[place]
    return Points(corners, bits, kinds == _NODE, _neighbors(corners[:, 1], bits))


def border_bits(codes: np.ndarray) -> np.ndarray:
    """Return the borders that leave each corner, (h + 1, w + 1) uint8.

    Those on the last line are incomplete: only borders to the north are known.
    """
    height, width = codes.shape
    bits = np.zeros((height, width - 1), np.uint8)
    across = (codes[:-1, 1:-1] != codes[1:, 1:-1]).view(np.uint8)
    down = (codes[:, :-1] != codes[:, 1:]).view(np.uint8)
    bits[:-1, :-1] = across
    bits[:-1, 1:] |= across << 2
    bits |= down << 3
    bits[:-1] |= down[1:] << 1
    return bits


def _neighbors(column: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Return the next point in each heading; a border leads to the next point on its line."""
    neighbors = np.full((len(bits), 4), -1, np.int32)
    for heading, order in ((0, np.arange(len(bits))), (1, _by_column(column))):
        begins = np.flatnonzero(bits[order] & (1 << heading))
        start, end = order[begins], order[begins + 1]
        neighbors[start, heading] = end
        neighbors[end, heading + 2] = start
    return neighbors


def _by_column(column: np.ndarray) -> np.ndarray:
    """Return the points ordered by column, then by line."""
    # numpy sorts 16-bit integers by radix, several times faster.
    fits = column.max(initial=0) <= np.iinfo(np.uint16).max
    return np.argsort(column.astype(np.uint16) if fits else column, kind="stable")
