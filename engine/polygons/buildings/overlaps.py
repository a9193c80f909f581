# SPDX-License-Identifier: GPL-2.0-or-later
"""Neighbors that overlap after they were regularized: each face goes to one of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from .faces import faces_between, joined_faces
from .plain_shapes import iou

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .outline import RegularizedOutline

NO_AREA_PX = 1e-9


def without_overlaps(
    outlines: Sequence[RegularizedOutline], pixels: np.ndarray
) -> list[RegularizedOutline]:
    """Return outlines whose interiors are apart; those that do not overlap stay as they are.

    A face that several outlines cover goes to the building whose pixels cover most of it, or
    without pixels to the largest building.

    Args:
        outlines: outlines in one pixel space.
        pixels: pixel outlines of the same buildings, (n,) polygons.
    """
    polygons = np.array([outline.polygon for outline in outlines], object)
    result = list(outlines)
    for members in _overlapping(polygons):
        cut = _cut(polygons[members], pixels[members])
        for member, polygon in zip(members.tolist(), cut, strict=True):
            score = min(iou(polygon, pixels[member]), 1.0)
            result[member] = replace(outlines[member], polygon=polygon, iou_raw=score)
    return result


def _overlapping(polygons: np.ndarray) -> list[np.ndarray]:
    """Return the numbers of the polygons of each cluster in which any two overlap."""
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    one, other = one[one < other], other[one < other]
    if not len(one):
        return []
    graph = sparse.coo_array((np.ones(len(one)), (one, other)), (len(polygons),) * 2)
    _, cluster = connected_components(graph, directed=False)
    overlaps = shapely.area(shapely.intersection(polygons[one], polygons[other])) > NO_AREA_PX
    return [np.flatnonzero(cluster == number) for number in np.unique(cluster[one[overlaps]])]


def _cut(polygons: np.ndarray, pixels: np.ndarray) -> list[shapely.Polygon]:
    """Return polygons made of faces with one owner each."""
    faces = faces_between(shapely.boundary(polygons).tolist())
    inner = shapely.point_on_surface(faces)
    is_covered = shapely.contains(polygons[None], inner[:, None])
    # Pixels decide; the area only where no building has any.
    claim = shapely.area(shapely.intersection(faces[:, None], pixels[None]))
    claim += 1e-9 * shapely.area(polygons) / shapely.area(polygons).max()
    owners = np.where(is_covered, claim, -1).argmax(axis=1)
    owners = np.where(is_covered.any(axis=1), owners, -1)
    joined = joined_faces(faces, owners, len(polygons))
    return [
        part if part is not None else polygon
        for part, polygon in zip(joined, polygons, strict=True)
    ]
