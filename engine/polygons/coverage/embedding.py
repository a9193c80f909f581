# SPDX-License-Identifier: GPL-2.0-or-later
"""Embedding: whether simplified arcs that do not cross still separate the same regions.

Arcs without crossings have the same regions, rings and neighbors as before if

* the arcs around each node keep their cyclic order,
* each *island*, a group of connected arcs that touches no line of the lattice, keeps its place:
  no arc was moved over it, and
* each island keeps its inside inside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from ..ragged import gather, offsets
from ..runs import connected_components
from .blocks import boxes_near

if TYPE_CHECKING:
    from .arcs import Arcs


class Islands(NamedTuple):
    """Groups of connected arcs that touch no line of the lattice.

    Args:
        number: island of each arc, -1 for none, (a,) int64.
        corners: line and column of a corner of each island that is never dropped, (i, 2) int64.
        outer_side: +1 for arcs whose right side is the region around their island, -1 if the
            left side is, 0 for inner arcs and arcs of no island, (a,) int64.
    """

    number: np.ndarray
    corners: np.ndarray
    outer_side: np.ndarray


def find_islands(
    arcs: Arcs, regions: np.ndarray, is_line: np.ndarray, is_column: np.ndarray
) -> Islands:
    """Return the islands among arcs with all their corners.

    Args:
        arcs: arcs as traced.
        regions: region on the right and left of each arc, (a, 2) integers.
        is_line: whether each line of corners is a line of the lattice, (h + 1,) bool.
        is_column: whether each column of corners is a line of the lattice, (w + 1,) bool.
    """
    ends = np.stack((arcs.corners[arcs.starts], arcs.corners[arcs.ends]), axis=1).astype(np.int64)
    keys = ends[..., 0] << 32 | ends[..., 1]
    unique, node = np.unique(keys, return_inverse=True)
    node = node.reshape(keys.shape)
    group = connected_components(len(unique), node[:, 0], node[:, 1])
    is_anchored = np.zeros(len(unique), bool)
    is_anchored[group[is_line[unique >> 32] | is_column[unique & 0xFFFFFFFF]]] = True
    is_free = ~is_anchored[: group.max(initial=-1) + 1]
    number = np.where(is_free, np.cumsum(is_free) - 1, -1)
    island = number[group[node[:, 0]]]
    corners = np.empty((int(is_free.sum()), 2), np.int64)
    free = np.flatnonzero(island >= 0)
    corners[island[free]] = ends[free, 0]
    return Islands(island, corners, _outer_sides(arcs, regions, island))


def _outer_sides(arcs: Arcs, regions: np.ndarray, island: np.ndarray) -> np.ndarray:
    """Return on which side of each arc the region around its island lies."""
    owner = arcs.owner
    inside = np.flatnonzero(island[owner] >= 0)
    key = arcs.corners[inside, 0].astype(np.int64) << 32 | arcs.corners[inside, 1]
    order = np.lexsort((key, island[owner[inside]]))
    first = inside[order[np.flatnonzero(np.diff(island[owner[inside[order]]], prepend=-1))]]
    # Two arcs end at the topmost, leftmost corner if it is a node; both have one outer side.
    around = _around(arcs, regions, first)
    outer = np.full(len(regions), -1)
    free = np.flatnonzero(island >= 0)
    outer[free] = around[island[free]]
    is_outer = regions == outer[:, np.newaxis]
    return np.where(island >= 0, is_outer[:, 0].astype(np.int64) - is_outer[:, 1], 0)


def _around(arcs: Arcs, regions: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Return the region above the topmost, leftmost corner of each island, (i,) integers."""
    arc = arcs.owner[corner]
    is_last = corner == arcs.ends[arc]
    step = np.where(is_last, -1, 1)
    line, column = (arcs.corners[corner + step] - arcs.corners[corner]).T
    # Borders leave this corner to the east or to the south. Along the way to the east the region
    # around lies on the left, on that to the south on the right.
    heads_east = (line == 0) & (column > 0)
    side = np.where(heads_east ^ is_last, 1, 0)
    return regions[arc, side]


def turned_arcs(arcs: Arcs) -> np.ndarray:
    """Return which simplified arcs end at a node where the cyclic order changed, (a,) bool."""
    ends = np.column_stack((arcs.starts, arcs.ends))[~arcs.is_ring]
    inward = np.array([1, -1]) + ends
    departs = arcs.headings[~arcs.is_ring]
    departs[:, 1] = (departs[:, 1] + 2) % 4
    corner = arcs.corners[ends].reshape(-1, 2).astype(np.int64)
    line, column = (arcs.corners[inward].reshape(-1, 2) - corner).T
    arc = np.repeat(np.flatnonzero(~arcs.is_ring), 2)
    node = corner[:, 0] << 32 | corner[:, 1]
    order = np.argsort(node << 2 | departs.ravel())  # clockwise around each node
    node, angle, arc = node[order], np.arctan2(line, column)[order], arc[order]
    first = np.flatnonzero(np.diff(node, prepend=-1))
    onward = np.arange(1, len(node) + 1)
    onward[np.append(first, len(node))[1:] - 1] = first
    falls = angle[onward] <= angle
    turns = np.add.reduceat(falls, first, dtype=np.int64) if len(first) else first
    counts = np.diff(np.append(first, len(node)))
    turned = np.zeros(len(arcs.lengths), bool)
    turned[arc[np.repeat(turns > 1, counts)]] = True
    return turned


def displaced_arcs(
    arcs: Arcs, kept: np.ndarray, islands: Islands, suspects: np.ndarray
) -> np.ndarray:
    """Return which arcs were moved over an island, or whose island turned inside out, (a,) bool.

    Args:
        arcs: arcs with all their corners.
        kept: corners that the simplified arcs keep, (n,) bool.
        islands: islands of `arcs`.
        suspects: arcs to check, (a,) bool.
    """
    displaced = np.zeros(len(arcs.lengths), bool)
    if not len(islands.corners):
        return displaced
    flipped = _flipped(arcs, kept, islands)
    displaced |= flipped[islands.number] & (islands.number >= 0)
    first, last, arc = _chords(arcs, kept, suspects)
    if len(first):
        displaced[arc[_leaps(arcs, first, last, arc, islands)]] = True
    return displaced


def _chords(
    arcs: Arcs, kept: np.ndarray, suspects: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the first corner, last corner and arc of the chords that drop corners."""
    place = np.flatnonzero(kept)
    owner = arcs.owner[place]
    is_chord = (np.diff(place) > 1) & (owner[1:] == owner[:-1]) & suspects[owner[1:]]
    return place[:-1][is_chord], place[1:][is_chord], owner[1:][is_chord]


def _leaps(
    arcs: Arcs, first: np.ndarray, last: np.ndarray, arc: np.ndarray, islands: Islands
) -> np.ndarray:
    """Return the chords with an island between them and the corners they drop."""
    corner = gather(first, last - first + 1)
    begins = offsets(last - first + 1)[:-1]
    low = np.minimum.reduceat(arcs.corners[corner], begins)
    high = np.maximum.reduceat(arcs.corners[corner], begins)
    near = np.flatnonzero(boxes_near(low, high, islands.corners, islands.corners))
    low, high = low[near], high[near]
    # A diagonal has the bounding box of its box and is made several times faster.
    diagonals = shapely.linestrings(np.stack((low, high), axis=1).astype(np.float64))
    points = shapely.points(islands.corners.astype(np.float64))
    chord, island = shapely.STRtree(points).query(diagonals)
    chord = near[chord]
    is_other = islands.number[arc[chord]] != island
    island, chord = island[is_other], chord[is_other]
    if not len(chord):
        return chord
    # A ray to the east crosses the loop of chord and dropped corners an odd number of times.
    counts = last[chord] - first[chord]
    step = gather(first[chord], counts)
    seen_from = np.repeat(islands.corners[island], counts, axis=0)
    crossed = _ray_crosses(arcs.corners[step], arcs.corners[step + 1], seen_from)
    odd = np.add.reduceat(crossed, offsets(counts)[:-1], dtype=np.int64)
    odd += _ray_crosses(
        arcs.corners[first[chord]], arcs.corners[last[chord]], islands.corners[island]
    )
    return chord[odd % 2 == 1]


def _ray_crosses(start: np.ndarray, end: np.ndarray, point: np.ndarray) -> np.ndarray:
    """Return whether rays to the east from `point` cross segments, (n,) bool."""
    start, end = start.astype(np.int64), end.astype(np.int64)
    rises = np.sign(end[:, 0] - start[:, 0])
    spans = (start[:, 0] > point[:, 0]) != (end[:, 0] > point[:, 0])
    along, across = end - start, point - start
    return spans & ((along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]) * rises < 0)


def _flipped(arcs: Arcs, kept: np.ndarray, islands: Islands) -> np.ndarray:
    """Return the islands whose outer outline changed its sense of rotation, (i,) bool."""
    before, after = (np.sign(_outer_areas(each, islands)) for each in (arcs, arcs.thinned(kept)))
    return before != after


def _outer_areas(arcs: Arcs, islands: Islands) -> np.ndarray:
    """Return twice the signed area of the outer outline of each island, (i,) int64."""
    chosen = np.flatnonzero(islands.outer_side)
    corner = gather(arcs.starts[chosen], arcs.lengths[chosen] - 1)
    line, column = arcs.corners[corner].astype(np.int64).T
    next_line, next_column = arcs.corners[corner + 1].astype(np.int64).T
    twice = column * next_line - next_column * line
    area = np.add.reduceat(twice, offsets(arcs.lengths[chosen] - 1)[:-1])
    total = np.zeros(len(islands.corners), np.int64)
    np.add.at(total, islands.number[chosen], area * islands.outer_side[chosen])
    return total
