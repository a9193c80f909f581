# SPDX-License-Identifier: GPL-2.0-or-later
"""Faces within outlines and the polygons that they replace, and who gets them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .directed_edges import GRID_PX, coordinates_of, edges_of_rings, undirected
from .segment_chains import chain_between, edges_of_chain

if TYPE_CHECKING:
    from .near_segments import NearSegments

_GAP = -1


class Batch(NamedTuple):
    """Outlines that are cut together.

    Args:
        changing: all outlines, then all polygons that they replace.
        outlines: number of outlines.
        members: numbers of those of the batch, ascending.
        near: segments of the borders near them.
    """

    changing: np.ndarray
    outlines: int
    members: np.ndarray
    near: NearSegments


class CutFaces(NamedTuple):
    """Faces of a batch.

    Args:
        edges: directed edges of the faces, which are on their left, (m, 2) int64.
        edge_counts: number of edges of each face, (f,).
        owner: outline of each face, or number of outlines + polygon, or -1 for a gap, (f,).
        inside: point in each face, (f,).
        outline_numbers: numbers of the outlines of the batch, (o,).
        outlines: outlines with a vertex wherever a border meets them, (o,).
        chains: codes of the nodes on each segment that a line crosses, by its number.
    """

    edges: np.ndarray
    edge_counts: np.ndarray
    owner: np.ndarray
    inside: np.ndarray
    outline_numbers: np.ndarray
    outlines: np.ndarray
    chains: dict[int, list[int]]


def cut_faces(batch: Batch) -> CutFaces:
    """Split outlines and borders where they cross, and return the faces."""
    near, members = batch.near, batch.members
    borders = shapely.linestrings(coordinates_of(near.ends))
    lines = np.concatenate((shapely.boundary(batch.changing[members]), borders))
    noded = shapely.get_parts(shapely.union_all(lines, grid_size=GRID_PX))
    faces = shapely.orient_polygons(shapely.get_parts(shapely.polygonize(noded)))
    inside = shapely.point_on_surface(faces)
    owner, is_within = _owners(inside, batch)
    faces, inside, owner = faces[is_within], inside[is_within], owner[is_within]
    rings, face_of_ring = shapely.get_rings(faces, return_index=True)
    edges, ring = edges_of_rings(rings)
    face = face_of_ring[ring]
    chains = _chains(near, edges_of_rings(noded)[0])
    _close_gaps(owner, edges, face, batch, chains)
    numbers = members[members < batch.outlines]
    return CutFaces(
        edges,
        np.bincount(face, minlength=len(faces)),
        owner,
        inside,
        numbers,
        _merged(faces, owner, numbers),
        chains,
    )


def _owners(inside: np.ndarray, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
    """Return the first outline that covers each face, or `_GAP`; and whether any member does."""
    owner, is_within = np.full(len(inside), _GAP), np.zeros(len(inside), bool)
    face, place = shapely.STRtree(batch.changing[batch.members]).query(
        inside, predicate="intersects"
    )
    member = batch.members[place]
    is_within[face] = True
    face, member = face[member < batch.outlines], member[member < batch.outlines]
    order = np.lexsort((-member, face))
    owner[face[order]] = member[order]  # the last, lowest one stays
    return owner, is_within


def _chains(near: NearSegments, noded: np.ndarray) -> dict[int, list[int]]:
    """Return the nodes on each segment that is no edge any more, by number of the segment."""
    known = set(map(tuple, undirected(noded).tolist()))
    crossed = [at for at, ends in enumerate(near.ends.tolist()) if tuple(ends) not in known]
    beside: dict[int, list[int]] = {}
    if crossed:
        for one, other in known:
            beside.setdefault(one, []).append(other)
            beside.setdefault(other, []).append(one)
    numbers, ends = near.numbers.tolist(), near.ends.tolist()
    return {numbers[at]: chain_between(ends[at][0], ends[at][1], beside) for at in crossed}


def _close_gaps(
    owner: np.ndarray,
    edges: np.ndarray,
    face: np.ndarray,
    batch: Batch,
    chains: dict[int, list[int]],
) -> None:
    """Give each gap to the polygon with the longest shared border, in rounds; change `owner`.

    Args:
        owner: outline of each face, or `_GAP`, (f,).
        edges: directed edges of the faces, (m, 2) int64.
        face: face of each edge, (m,).
        batch: outlines that are cut together.
        chains: nodes on the segments near them.
    """
    faces = len(owner)
    around, polygons = _edges_around(batch.near, edges, chains)
    outer, place = np.unique(polygons, return_inverse=True)
    joined = np.concatenate((edges, around))
    left, right, length = _shared_borders(joined, np.concatenate((face, faces + place.ravel())))
    everyone = np.concatenate((owner, batch.outlines + outer))
    one, other = np.concatenate((left, right)), np.concatenate((right, left))
    length = np.concatenate((length, length))
    while True:
        useful = np.flatnonzero((everyone[one] == _GAP) & (everyone[other] >= batch.outlines))
        if not len(useful):
            owner[:] = everyone[:faces]
            return
        pairs, place = np.unique(
            np.column_stack((one[useful], everyone[other[useful]])), axis=0, return_inverse=True
        )
        total = np.bincount(place.ravel(), length[useful])
        order = np.lexsort((-pairs[:, 1], total, pairs[:, 0]))
        gap, source = pairs[order].T
        everyone[gap] = source  # the last one, with the longest border, stays


def _edges_around(
    near: NearSegments, edges: np.ndarray, chains: dict[int, list[int]]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges of polygons that no face covers, (m, 2) int64, and the polygon of each."""
    place = np.searchsorted(near.numbers, near.segment)
    sides = np.where(near.is_forward[:, None], near.ends[place], near.ends[place][:, ::-1])
    covered = set(map(tuple, edges.tolist()))
    found, polygons = [], []
    for (start, end), number, polygon in zip(
        sides.tolist(), near.segment.tolist(), near.polygon.tolist(), strict=True
    ):
        free = [e for e in edges_of_chain(start, end, chains, number) if e not in covered]
        found += free
        polygons += [polygon] * len(free)
    return np.array(found, np.int64).reshape(-1, 2), np.array(polygons, np.int64)


def _shared_borders(
    edges: np.ndarray, face: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the two faces on both sides of each shared edge, and its length in pixels."""
    ends = undirected(edges)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, face = ends[order], face[order]
    same = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    way = np.diff(coordinates_of(ends[same]), axis=1)[:, 0]
    return face[same], face[same + 1], np.hypot(*way.T)


def _merged(faces: np.ndarray, owner: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the union of the faces of each outline, (len(numbers),)."""
    order = np.argsort(owner, kind="stable")
    first, beyond = (np.searchsorted(owner, numbers, side, order) for side in ("left", "right"))
    merged = np.full(len(numbers), shapely.Polygon(), object)
    for place, (start, stop) in enumerate(zip(first.tolist(), beyond.tolist(), strict=True)):
        parts = faces[order[start:stop]]
        if len(parts):
            merged[place] = parts[0] if len(parts) == 1 else shapely.coverage_union_all(parts)
    return merged
