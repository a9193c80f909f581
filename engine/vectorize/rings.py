# SPDX-License-Identifier: GPL-2.0-or-later
"""Rings: closed outlines, from edges to valid polygons in pixel space.

An outline of a 4-connected component may visit a corner twice, where the component surrounds
background up to a diagonal neighbor. Simple-feature polygons forbid a ring that touches itself
but allow two rings that touch, so such an outline is cut there:

        1 1 1        the outline visits the corner X twice;
        1 0 1        cut at X, it becomes the outer ring
        1 1 X        and a hole that touches it

Every ring then starts at its topmost, leftmost corner, polygons come in the order of their
lowest line, then of that corner. So neither shape nor order depends on how the raster was cut
into strips.

Polygons stay on the integer grid here, with x = column and y = row, every bend of the outline a
vertex: this is the place where a simplification can work, before `trace` places them on the map.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from .ragged import gather, offsets


class Outlines(NamedTuple):
    """Closed outlines as horizontal edges, one outline after the other.

    Args:
        edges: (n, 4) int32, as `Edges.corners`, with lines counted from the raster's top.
        lengths: (r,) int64, edges of each outline.
        component: (r,) int64, the component each outline bounds.
    """

    edges: np.ndarray
    lengths: np.ndarray
    component: np.ndarray

    @classmethod
    def joined(cls, parts: list[Outlines]) -> Outlines:
        """Return the outlines of all `parts`, in order."""
        return cls(
            np.concatenate([np.empty((0, 4), np.int32), *(part.edges for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.lengths for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *(part.component for part in parts)]),
        )

    def belonging_to(self, component: int) -> Outlines:
        """Return the outlines under another component's number."""
        return self._replace(component=np.full(len(self.lengths), component))

    def by_component(self) -> list[Outlines]:
        """Return the outlines of each component apart."""
        order = np.argsort(self.component, kind="stable")
        borders = np.flatnonzero(np.diff(self.component[order])) + 1
        return [self.take(chosen) for chosen in np.split(order, borders) if len(chosen)]

    def take(self, chosen: np.ndarray) -> Outlines:
        """Return the outlines numbered `chosen`."""
        lengths = self.lengths[chosen]
        picked = gather(offsets(self.lengths)[chosen], lengths)
        return Outlines(self.edges[picked], lengths, self.component[chosen])


class Rings(NamedTuple):
    """Simple rings, without the repeated last corner.

    Args:
        corners: (n, 2) int64, line and column.
        lengths: (r,) int64, corners of each ring.
        component: (r,) int64.
    """

    corners: np.ndarray
    lengths: np.ndarray
    component: np.ndarray


def build_polygons(outlines: Outlines) -> tuple[np.ndarray, np.ndarray]:
    """Return one valid polygon for each component, in pixel space.

    Args:
        outlines: all outlines of each component.

    Returns:
        (p,) polygons of shapely, x = column and y = row; and (p,) int64, the component of each.
        Ordered by lowest line, then topmost line, then leftmost column there.
    """
    if not len(outlines.lengths):
        return np.empty(0, object), np.empty(0, np.int64)
    rings = cut_where_touching(outlines)
    starts = offsets(rings.lengths)
    key = rings.corners[:, 0] << 32 | rings.corners[:, 1]
    lowest_key = np.minimum.reduceat(key, starts[:-1])
    bottom = np.maximum.reduceat(rings.corners[:, 0], starts[:-1])
    # The outer ring reaches higher, or further left, than any of its holes.
    order = np.lexsort((lowest_key, rings.component))
    component = rings.component[order]
    outer = np.flatnonzero(np.diff(component, prepend=-1))
    by_place = np.lexsort((lowest_key[order[outer]], bottom[order[outer]]))
    ring_counts = np.diff(np.append(outer, len(order)))[by_place]
    order = order[gather(outer[by_place], ring_counts)]
    first = np.flatnonzero(key == np.repeat(lowest_key, rings.lengths))
    xy, lengths = _closed(rings, starts, first, order)
    shape = (offsets(lengths), offsets(ring_counts))
    polygons = shapely.from_ragged_array(shapely.GeometryType.POLYGON, xy, shape)
    return polygons, component[outer[by_place]]


def _closed(
    rings: Rings, starts: np.ndarray, first: np.ndarray, order: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rings in `order`, each from its `first` corner on and back to it.

    Returns:
        (m, 2) float64 columns and lines, and the corners of each ring, the repeated one included.
    """
    lengths = rings.lengths[order]
    turn = gather((first - starts[:-1])[order], lengths + 1)
    ring_size = np.repeat(lengths, lengths + 1)
    turn -= np.where(turn >= ring_size, ring_size, 0)
    picked = turn + np.repeat(starts[order], lengths + 1)
    return rings.corners[picked, ::-1].astype(np.float64), lengths + 1


def cut_where_touching(outlines: Outlines) -> Rings:
    """Return the outlines as corners, cut wherever one visits a corner twice."""
    rings = _corners(outlines)
    flags = outlines.edges[:, 3]
    suspects = np.flatnonzero(np.column_stack((flags & 1, flags & 2)))
    owner = np.repeat(np.arange(len(rings.lengths)), rings.lengths)[suspects]
    line, column = rings.corners[suspects].T
    order = np.lexsort((column, line, owner))
    ranked = np.column_stack((owner, line, column))[order]
    same = np.flatnonzero((ranked[1:] == ranked[:-1]).all(axis=1))
    twice = np.zeros(len(rings.corners), bool)
    twice[suspects[order[same]]] = twice[suspects[order[same + 1]]] = True
    touching = np.unique(ranked[same, 0])
    return _cut(rings, touching, twice) if len(touching) else rings


def _corners(outlines: Outlines) -> Rings:
    """Return the start and end corner of every edge, in order."""
    line, start, end = outlines.edges.astype(np.int64)[:, :3].T
    corners = np.stack((line, start, line, end), axis=1).reshape(-1, 2)
    return Rings(corners, 2 * outlines.lengths, outlines.component)


def _cut(rings: Rings, touching: np.ndarray, twice: np.ndarray) -> Rings:
    """Return the rings with those numbered `touching` cut at their corners marked `twice`."""
    starts = offsets(rings.lengths)
    whole = np.ones(len(rings.lengths), bool)
    whole[touching] = False
    corners = [rings.corners[np.repeat(whole, rings.lengths)]]
    lengths, component = [rings.lengths[whole]], [rings.component[whole]]
    for ring in touching.tolist():
        part = slice(starts[ring], starts[ring + 1])
        loops = _loops(rings.corners[part], np.flatnonzero(twice[part]))
        corners += loops
        lengths.append(np.array([len(loop) for loop in loops]))
        component.append(np.full(len(loops), rings.component[ring]))
    return Rings(np.concatenate(corners), np.concatenate(lengths), np.concatenate(component))


def _loops(corners: np.ndarray, visits: np.ndarray) -> list[np.ndarray]:
    """Return the simple loops of one closed outline.

    Walks from visit to visit and takes a loop off whenever a corner comes up again.

    Args:
        corners: (n, 2) the outline.
        visits: (v,) indices of the corners that are visited twice, ascending.
    """
    stretches = np.split(np.roll(corners, -visits[0], axis=0), visits[1:] - visits[0])
    loops: list[np.ndarray] = []
    path: list[np.ndarray] = []
    seen: dict[tuple[int, ...], int] = {}
    for stretch in stretches:
        place = tuple(stretch[0].tolist())
        if place in seen:
            depth = seen[place]
            loops.append(np.concatenate(path[depth:]))
            for taken in path[depth:]:
                del seen[tuple(taken[0].tolist())]
            del path[depth:]
        seen[place] = len(path)
        path.append(stretch)
    loops.append(np.concatenate(path))
    return loops
