# SPDX-License-Identifier: GPL-2.0-or-later
"""Replacement of polygons of a coverage by other outlines, such that it stays a coverage.

All borders near the outlines are split where they cross, on a fine grid, and form faces. A face
belongs to the outline that covers it, else to the polygon that covered it before. What only a
replaced polygon covered is a *gap*: it goes to the polygon with the longest shared border.

Outlines that no border links do not depend on each other, so faces are made of a few at a time.
A polygon loses and gains faces by their directed edges: those of two neighbors cancel each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .cut_faces import Batch, cut_faces
from .directed_edges import directed_edges, polygons_of_edges, uncancelled
from .near_segments import batches, near_segments

if TYPE_CHECKING:
    from .cut_faces import CutFaces
    from .near_segments import NearSegments


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
    result, cut = polygons.copy(), outlines.copy()
    result[is_replaced] = shapely.Polygon()
    changing = np.concatenate((outlines, polygons[is_replaced]))
    if not len(changing):
        return CutOut(result, outlines)
    kept = np.flatnonzero(~is_replaced)
    near = near_segments(polygons, kept, changing)
    made = []
    for members, segments in batches(near, changing):
        batch = Batch(changing, len(outlines), members, near.take(segments))
        faces = cut_faces(batch)
        cut[faces.outline_numbers] = faces.outlines
        made.append(faces)
    _apply(result, kept, near, made, len(outlines))
    return CutOut(result, cut)


def _apply(
    result: np.ndarray, kept: np.ndarray, near: NearSegments, made: list[CutFaces], outlines: int
) -> None:
    """Take faces from polygons and give them to others, in place.

    Args:
        result: polygons, (n,).
        kept: numbers of the polygons that were not replaced.
        near: segments of their borders near the outlines.
        made: faces of all batches.
        outlines: number of outlines.
    """
    face_edges = np.concatenate([each.edges for each in made])
    counts = np.concatenate([each.edge_counts for each in made])
    owner = np.concatenate([each.owner for each in made])
    before = np.full(len(owner), -1)
    covered = np.flatnonzero((owner >= 0) & (owner < outlines))
    inside = np.concatenate([each.inside for each in made])[covered]
    before[covered] = _holders(inside, result, kept)
    after = np.where(owner >= outlines, owner - outlines, -1)
    changes = np.concatenate((face_edges, face_edges[:, ::-1]))
    polygon = np.concatenate((np.repeat(after, counts), np.repeat(before, counts)))
    order = np.argsort(polygon, kind="stable")
    order = order[polygon[order] >= 0]
    changes, polygon = changes[order], polygon[order]
    chains = {number: nodes for each in made for number, nodes in each.chains.items()}
    bent = near.polygon[np.isin(near.segment, np.fromiter(chains, np.int64, len(chains)))]
    for number in np.union1d(polygon, bent).tolist():
        own = near.with_chains(directed_edges(result[[number]]), chains)
        first, beyond = np.searchsorted(polygon, (number, number + 1))
        edges = uncancelled(np.concatenate((own, changes[first:beyond])))
        result[number] = polygons_of_edges(edges)


def _holders(points: np.ndarray, polygons: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the polygon in which each point lies, or -1, (p,).

    Args:
        points: points, (p,).
        polygons: polygons, (n,).
        kept: numbers of the polygons to search.
    """
    holder = np.full(len(points), -1)
    point, place = shapely.STRtree(polygons[kept]).query(points)
    order = np.argsort(-place, kind="stable")  # the lowest number is the last one and stays
    point, place = point[order], place[order]
    for members in np.split(np.arange(len(place)), np.flatnonzero(np.diff(place)) + 1):
        if not len(members):
            continue
        polygon = polygons[kept[place[members[0]]]]
        shapely.prepare(polygon)  # a large polygon has many points
        found = point[members][shapely.intersects(polygon, points[point[members]])]
        shapely.destroy_prepared(polygon)
        holder[found] = kept[place[members[0]]]
    return holder
