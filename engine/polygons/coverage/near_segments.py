# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments of borders near outlines, and which outlines must be cut together because of them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from ..ragged import gather, offsets
from ..runs import connected_components
from .directed_edges import coordinates_of, edges_of_rings, undirected
from .segment_chains import edges_of_chain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

NEAR_PX = 1.0  # beyond this distance nothing can change
_CORNERS = 1 << 16  # of polygons that are searched at once
_BATCH = 2000  # outlines and segments that are cut at once


class NearSegments(NamedTuple):
    """Segments of the borders of polygons near outlines.

    Args:
        ends: codes of the ends of each segment, the lower one first, unique, (s, 2) int64.
        numbers: number of each segment, (s,).
        polygon: polygon of each side of a segment, (d,).
        segment: number of the segment of each side, (d,).
        is_forward: whether the polygon is on the left from the lower to the higher end, (d,) bool.
        links: number of a segment, and of an outline near it, (k, 2).
    """

    ends: np.ndarray
    numbers: np.ndarray
    polygon: np.ndarray
    segment: np.ndarray
    is_forward: np.ndarray
    links: np.ndarray

    def take(self, chosen: np.ndarray) -> NearSegments:
        """Return the segments numbered `chosen`, ascending, which keep their numbers."""
        first, beyond = (np.searchsorted(self.segment, chosen, side) for side in ("left", "right"))
        sides = gather(first, beyond - first)
        return NearSegments(
            ends=self.ends[chosen],
            numbers=chosen,
            polygon=self.polygon[sides],
            segment=self.segment[sides],
            is_forward=self.is_forward[sides],
            links=np.empty((0, 2), np.int64),
        )

    def with_chains(self, edges: np.ndarray, chains: Mapping[int, Sequence[int]]) -> np.ndarray:
        """Return edges, those of segments that others cross as a chain of edges, (m, 2) int64.

        Args:
            edges: directed edges, (n, 2) int64.
            chains: codes of the inner nodes by number of the segment, from its lower end.
        """
        number = self._number_of(edges)
        bent = [at for at in np.flatnonzero(number >= 0).tolist() if int(number[at]) in chains]
        if not bent:
            return edges
        parts = [np.delete(edges, bent, axis=0)]
        for at in bent:
            start, end = edges[at].tolist()
            parts.append(np.array(edges_of_chain(start, end, chains, int(number[at])), np.int64))
        return np.concatenate(parts)

    def _number_of(self, edges: np.ndarray) -> np.ndarray:
        """Return the number of the segment of each edge, -1 for none, (n,)."""
        wanted = undirected(edges)
        first = np.searchsorted(self.ends[:, 0], wanted[:, 0])
        beyond = np.searchsorted(self.ends[:, 0], wanted[:, 0], side="right")
        found = np.full(len(edges), -1)
        for step in range(int((beyond - first).max(initial=0))):
            at = np.minimum(first + step, len(self.ends) - 1)
            same = (first + step < beyond) & (self.ends[at, 1] == wanted[:, 1])
            found[same] = at[same]
        return found


def near_segments(polygons: np.ndarray, kept: np.ndarray, changing: np.ndarray) -> NearSegments:
    """Return the segments of some polygons near outlines.

    Args:
        polygons: polygons, (n,).
        kept: numbers of the polygons to search.
        changing: outlines, and polygons that they replace, (c,).
    """
    tree = shapely.STRtree(changing)
    edges, polygon = [np.empty((0, 2), np.int64)], [np.empty(0, np.int64)]
    pairs = [np.empty((0, 3), np.int64)]  # ends of a segment, and an outline
    size = np.cumsum(shapely.get_num_coordinates(polygons[kept])) // _CORNERS
    for members in np.split(kept, np.flatnonzero(np.diff(size)) + 1):
        rings, owner = shapely.get_rings(
            shapely.orient_polygons(polygons[members]), return_index=True
        )
        found, ring = edges_of_rings(rings)
        lines = shapely.linestrings(coordinates_of(found))
        at, other = tree.query(lines, predicate="dwithin", distance=NEAR_PX)
        pairs.append(np.column_stack((undirected(found[at]), other)))
        at = np.unique(at)
        edges.append(found[at])
        polygon.append(members[owner[ring[at]]])
    joined = np.concatenate(edges)
    ends, segment = np.unique(undirected(joined), axis=0, return_inverse=True)
    order = np.argsort(segment.ravel(), kind="stable")
    near = NearSegments(
        ends,
        np.arange(len(ends)),
        np.concatenate(polygon)[order],
        segment.ravel()[order],
        (joined[:, 0] < joined[:, 1])[order],
        np.empty((0, 2), np.int64),
    )
    linked = np.unique(np.concatenate(pairs), axis=0)
    return near._replace(links=np.column_stack((near._number_of(linked[:, :2]), linked[:, 2])))


def batches(near: NearSegments, changing: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield numbers of outlines and of segments, both ascending, that no other outlines concern.

    Args:
        near: segments near the outlines.
        changing: outlines, and polygons that they replace, (c,).
    """
    one, other = shapely.STRtree(changing).query(changing, predicate="dwithin", distance=NEAR_PX)
    count = len(changing)
    cluster = connected_components(
        count + len(near.ends),
        np.concatenate((one, near.links[:, 0] + count)),
        np.concatenate((other, near.links[:, 1])),
    )
    sizes = np.bincount(cluster)
    batch = (np.cumsum(sizes) // _BATCH)[cluster]
    order = np.argsort(batch, kind="stable")
    bounds = offsets(np.bincount(batch))
    for first, beyond in pairwise(bounds.tolist()):
        members = order[first:beyond]
        if len(members):
            yield members[members < count], members[members >= count] - count
