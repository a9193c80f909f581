# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of closed outlines to valid polygons in pixel space.

An outline of a 4-connected component may visit a corner twice if the component encloses
background up to a diagonal neighbor. Simple features do not allow a ring that touches itself but
allow two rings that touch, so such an outline is cut there:

        1 1 1        the outline visits the corner X twice;
        1 0 1        cut at X, it becomes the outer ring
        1 1 X        and a hole that touches it

Every ring then starts at its topmost, leftmost corner; polygons are ordered by their lowest line,
then by that corner. So neither shape nor order depends on the strips.

Polygons are on the integer grid here, with x = column and y = row and a vertex at every bend of
the outline, so a simplification could be added before `trace` georeferences them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from .ragged import gather, offsets


class Outlines(NamedTuple):
    """Closed outlines as horizontal edges, concatenated.

    Args:
        edges: edges as in `Edges.corners`, (n, 4) int32, lines counted from the raster's top.
        lengths: number of edges of each outline, (r,) int64.
        component: component of each outline, (r,) int64.
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
        """Return the outlines assigned to another component."""
        return self._replace(component=np.full(len(self.lengths), component))

    def by_component(self) -> list[Outlines]:
        """Return the outlines grouped by component."""
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
        corners: line and column of each corner, (n, 2) int64.
        lengths: number of corners of each ring, (r,) int64.
        component: component of each ring, (r,) int64.
    """

    corners: np.ndarray
    lengths: np.ndarray
    component: np.ndarray


def build_polygons(outlines: Outlines) -> tuple[np.ndarray, np.ndarray]:
    """Return one valid polygon for each component, in pixel space.

    Args:
        outlines: all outlines of each component.

    Returns:
        Shapely polygons, (p,), x = column and y = row; and the component of each, (p,) int64.
        Both are ordered by lowest line, then topmost line, then leftmost column there.
    """
    if not len(outlines.lengths):
        return np.empty(0, object), np.empty(0, np.int64)
    return polygons_of_rings(cut_where_touching(outlines))


def polygons_of_rings(rings: Rings) -> tuple[np.ndarray, np.ndarray]:
    """Return one polygon for each component, as `build_polygons`.

    Args:
        rings: simple rings, at least one; the outer ring of a component runs clockwise as seen
            with rows increasing downwards, its holes counterclockwise.
    """
    starts = offsets(rings.lengths)
    key = rings.corners[:, 0] << 32 | rings.corners[:, 1]
    lowest_key = np.minimum.reduceat(key, starts[:-1])
    bottom = np.maximum.reduceat(rings.corners[:, 0], starts[:-1])
    order = np.lexsort((lowest_key, _is_hole(rings, starts), rings.component))
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


def _is_hole(rings: Rings, starts: np.ndarray) -> np.ndarray:
    """Return whether each ring runs counterclockwise, (r,) bool."""
    line, column = rings.corners.T
    onward = np.arange(1, len(line) + 1)
    onward[starts[1:] - 1] = starts[:-1]
    return np.add.reduceat(column * line[onward] - column[onward] * line, starts[:-1]) < 0


def _closed(
    rings: Rings, starts: np.ndarray, first: np.ndarray, order: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rings in `order`, each closed and starting at its `first` corner.

    Returns:
        Columns and lines, (m, 2) float64, and the number of corners of each closed ring.
    """
    lengths = rings.lengths[order]
    turn = gather((first - starts[:-1])[order], lengths + 1)
    ring_size = np.repeat(lengths, lengths + 1)
    turn -= np.where(turn >= ring_size, ring_size, 0)
    picked = turn + np.repeat(starts[order], lengths + 1)
    return rings.corners[picked, ::-1].astype(np.float64), lengths + 1


def cut_where_touching(outlines: Outlines) -> Rings:
    """Return the outlines as rings, cut at corners that an outline visits twice."""
    flags = outlines.edges[:, 3]
    suspects = np.flatnonzero(np.column_stack((flags & 1, flags & 2)))
    return cut_where_visited_twice(_corners(outlines), suspects)


def cut_where_visited_twice(rings: Rings, suspects: np.ndarray) -> Rings:
    """Return the rings, cut at each corner that one of them visits twice.

    Args:
        rings: rings that may touch themselves.
        suspects: numbers of the corners that may be visited twice, (s,) int64.
    """
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
    """Return the rings, those numbered `touching` cut at the corners marked in `twice`."""
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

    Traverses the outline and splits off a loop each time a corner is reached again.

    Args:
        corners: corners of the outline, (n, 2).
        visits: ascending indices of the corners that are visited twice, (v,).
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
