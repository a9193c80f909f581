# SPDX-License-Identifier: GPL-2.0-or-later
"""Horizontal edges of the outlines in a strip, and their successors.

Pixels lie between integer lines: the pixel of row r and column c has the corners (r, c) and
(r + 1, c + 1). An outline is traversed with its region on the right-hand side (rows increase
downwards), alternating horizontal and vertical edges. A horizontal edge runs east along the top
of its region or west along the bottom of it:

        c0 ──east──► c1          If two pixels of one code meet only at a corner, each has a
         ▲  region   │           corner of its own: regions are 4-connected.
         │           ▼
        c0 ◄──west── c1

Only horizontal edges are stored. In each column of corners the vertical edges that run south
never overlap, nor do those that run north, so they can be paired by sorting their ends: the k-th
upper end belongs to the k-th lower end. Each decision depends only on the four pixels around a
corner, so one row of overlap between strips is enough.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

OPEN = -1  # the successor lies below the strip


class Edges(NamedTuple):
    """Horizontal edges in the direction of traversal.

    Args:
        corners: line, start column, end column and flag, (n, 4) int32. The flag is 1 if the
            start, 2 if the end, 3 if both may be visited twice by one outline (a diagonal
            neighbor has the same code).
        arrives_south: whether the previous edge runs south (else north), (n,) bool.
        leaves_south: whether the next edge runs south (else north), (n,) bool.
    """

    corners: np.ndarray
    arrives_south: np.ndarray
    leaves_south: np.ndarray


def find_edges(codes: np.ndarray) -> tuple[Edges, np.ndarray]:
    """Return the horizontal edges on the lines between the rows of `codes`.

    Args:
        codes: class codes, (h + 1, w + 2) uint8; the first and last column are 0. Line i lies
            between rows i and i + 1, column of corners j between columns j and j + 1.

    Returns:
        The edges, first those that run east, each group in reading order; and the flat index in
        `codes` of one pixel of each edge's region, (n,) int64.
    """
    width = codes.shape[1]
    above, below = codes[:-1], codes[1:]
    differ = above != below
    flat = codes.ravel()
    first, last = _stretches(differ, below)
    east = _edges(flat, width, first + width, last + width, -width)
    west_first, west_last = _stretches(differ, above)
    west = _mirrored(_edges(flat, width, west_first, west_last, width))
    edges = Edges(*(np.concatenate(pair) for pair in zip(east, west, strict=True)))
    return edges, np.concatenate((first + width, west_first))


def _stretches(differ: np.ndarray, region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the flat indices of the first and last pixel along each straight border."""
    first = differ & (region != 0)
    last = first.copy()
    onward = first[:, 1:] & first[:, :-1] & (region[:, 1:] == region[:, :-1])
    first[:, 1:] &= ~onward
    last[:, :-1] &= ~onward
    return np.flatnonzero(first), np.flatnonzero(last)


def _edges(flat: np.ndarray, width: int, first: np.ndarray, last: np.ndarray, across: int) -> Edges:
    """Return the edges from west to east along the borders of regions.

    Args:
        flat: flattened class codes.
        width: length of a row.
        first: flat index of each border's first pixel, inside the region, (n,).
        last: flat index of each border's last pixel, inside the region, (n,).
        across: offset from a pixel of the region to the one across the border.
    """
    code = flat[first]
    reflex_first, reflex_last = flat[first - 1] == code, flat[last + 1] == code
    twice_first = ~reflex_first & (flat[first - 1 + across] == code)
    twice_last = ~reflex_last & (flat[last + 1 + across] == code)
    row, column = np.divmod(first, width)
    corners = np.empty((len(first), 4), np.int32)
    corners[:, 0] = row - (across < 0)
    corners[:, 1] = column - 1
    corners[:, 2] = column + (last - first)
    corners[:, 3] = twice_first + 2 * twice_last
    return Edges(corners, reflex_first, ~reflex_last)


def _mirrored(edges: Edges) -> Edges:
    """Return the edges traversed from east to west.

    After a rotation by 180 degrees, a west edge is an east edge; south and north are swapped too.
    """
    flags = edges.corners[:, 3]
    corners = edges.corners[:, (0, 2, 1, 3)]
    corners[:, 3] = (flags >> 1) | ((flags & 1) << 1)
    return Edges(corners, edges.leaves_south, edges.arrives_south)


def follow(edges: Edges, lines: int, bottom: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the successor of each edge.

    Args:
        edges: edges of a strip, with those carried over from above on line -1.
        lines: number of lines of the strip; vertical edges may cross line `lines`.
        bottom: codes of the strip's last row, (w + 2,) uint8.

    Returns:
        The successor of each edge, (n,) int64, `OPEN` if it lies below; and the edges whose
        predecessor lies below.
    """
    following = np.full(len(edges.corners), OPEN)
    crossing = bottom[1:] != bottom[:-1]
    for south, region in ((True, bottom[:-1]), (False, bottom[1:])):
        open_columns = np.flatnonzero(crossing & (region != 0))
        leaving = np.flatnonzero(edges.leaves_south == south)
        arriving = np.flatnonzero(edges.arrives_south == south)
        left = _by_column(edges.corners, leaving, 2, lines, () if south else open_columns)
        arrived = _by_column(edges.corners, arriving, 1, lines, open_columns if south else ())
        inside = left != OPEN
        following[left[inside]] = arrived[inside]
    return following, arrived[~inside]


def _by_column(
    corners: np.ndarray, nodes: np.ndarray, end: int, lines: int, open_columns: np.ndarray | tuple
) -> np.ndarray:
    """Return `nodes` and an `OPEN` for each open column, sorted by column, then by line."""
    key = corners[nodes, end].astype(np.int64) * (lines + 2) + corners[nodes, 0] + 1
    below = np.asarray(open_columns, np.int64) * (lines + 2) + lines + 1
    order = np.argsort(np.concatenate((key, below)), kind="stable")
    return np.concatenate((nodes, np.full(len(below), OPEN)))[order]
