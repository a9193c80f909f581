# SPDX-License-Identifier: GPL-2.0-or-later
"""Replacement of polygons of a coverage by other outlines, such that it stays a coverage.

All borders near the outlines are split where they cross, on a fine grid, and form faces. A face
belongs to the outline that covers it, else to the polygon that covered it before. What only a
replaced polygon covered is a *gap*: it goes to the polygon with the longest shared border.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from ..ragged import offsets

GRID_PX = 1 / 1024  # coordinates of the result are multiples of this, and so are whole numbers
_NEAR_PX = 1.0  # beyond this distance nothing can change
_GAP, _OUTSIDE = -1, -2


class CutOut(NamedTuple):
    """A coverage after replacement.

    Args:
        polygons: remainder of each polygon, empty if it was replaced or covered, (n,); some are
            multipolygons.
        outlines: the outlines, with a vertex wherever a border meets them, (m,).
    """

    polygons: np.ndarray
    outlines: np.ndarray


def cut_out(polygons: np.ndarray, is_replaced: np.ndarray, outlines: np.ndarray) -> CutOut:
    """Replace polygons of a coverage by outlines.

    Gaps that only outlines surround stay uncovered.

    Args:
        polygons: valid coverage in pixel space, (n,).
        is_replaced: whether the outlines take the place of each polygon, (n,) bool.
        outlines: polygons that do not overlap each other, in pixel space, (m,).
    """
    result = polygons.copy()
    result[is_replaced] = shapely.Polygon()
    if not len(outlines) and not is_replaced.any():
        return CutOut(result, outlines)
    near = _near(polygons, is_replaced, outlines)
    sources = np.concatenate((outlines, polygons[near]))
    lines = shapely.boundary(np.concatenate((sources, polygons[is_replaced])))
    noded = shapely.get_parts(shapely.union_all(lines, grid_size=GRID_PX))
    faces = shapely.get_parts(shapely.polygonize(noded))
    owner = _owners(faces, sources, polygons[is_replaced])
    _close_gaps(faces, owner, len(outlines))
    merged = _merged(faces, owner, len(sources))
    result[near] = merged[len(outlines) :]
    return CutOut(result, merged[: len(outlines)])


def _near(polygons: np.ndarray, is_replaced: np.ndarray, outlines: np.ndarray) -> np.ndarray:
    """Return the numbers of the polygons that stay but may change, ascending."""
    changing = np.concatenate((outlines, polygons[is_replaced]))
    tree = shapely.STRtree(polygons)
    found = np.unique(tree.query(changing, predicate="dwithin", distance=_NEAR_PX)[1])
    return found[~is_replaced[found]]


def _owners(faces: np.ndarray, sources: np.ndarray, replaced: np.ndarray) -> np.ndarray:
    """Return the first of `sources` that covers each face, else `_GAP` or `_OUTSIDE`, (f,)."""
    inside = shapely.point_on_surface(faces)
    owner = np.full(len(faces), _OUTSIDE)
    face, _ = shapely.STRtree(replaced).query(inside, predicate="intersects")
    owner[face] = _GAP
    face, source = shapely.STRtree(sources).query(inside, predicate="intersects")
    order = np.lexsort((-source, face))
    owner[face[order]] = source[order]  # the last, lowest one stays
    return owner


def _close_gaps(faces: np.ndarray, owner: np.ndarray, outlines: int) -> None:
    """Give each gap to the polygon with the longest shared border, in rounds; change `owner`.

    Args:
        faces: faces whose borders match, (f,).
        owner: source of each face, or `_GAP` or `_OUTSIDE`, (f,).
        outlines: number of sources that are outlines; these come first.
    """
    left, right, length = _shared_borders(faces)
    face = np.concatenate((left, right))
    other = np.concatenate((right, left))
    length = np.concatenate((length, length))
    while True:
        useful = np.flatnonzero((owner[face] == _GAP) & (owner[other] >= outlines))
        if not len(useful):
            return
        pairs, place = np.unique(
            np.column_stack((face[useful], owner[other[useful]])), axis=0, return_inverse=True
        )
        total = np.bincount(place.ravel(), length[useful])
        order = np.lexsort((-pairs[:, 1], total, pairs[:, 0]))
        gap, source = pairs[order].T
        owner[gap] = source  # the last one, with the longest border, stays


def _shared_borders(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the two faces on both sides of each shared segment, and its length."""
    rings, face_of_ring = shapely.get_rings(faces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.column_stack((xy[start] @ [1, 1j], xy[start + 1] @ [1, 1j]))
    ends.sort(axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, face = ends[order], face_of_ring[ring[start]][order]
    same = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    return face[same], face[same + 1], np.abs(ends[same, 1] - ends[same, 0])


def _merged(faces: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    """Return the union of the faces of each source, (count,)."""
    order = np.argsort(owner, kind="stable")
    faces, owner = faces[order], owner[order]
    faces, owner = faces[owner >= 0], owner[owner >= 0]
    merged = np.full(count, shapely.Polygon(), object)
    bounds = offsets(np.bincount(owner, minlength=count))
    for source in np.unique(owner).tolist():
        parts = faces[bounds[source] : bounds[source + 1]]
        merged[source] = parts[0] if len(parts) == 1 else shapely.coverage_union_all(parts)
    return merged
