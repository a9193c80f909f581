# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures of polygon outlines: corners, distances, and pairs of found and true polygons."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

STRAIGHT_DEG = 1.0  # a smaller turn is no corner
RIGHT_DEG = 2.0  # tolerance of a right angle
JOIN_M = 0.001  # neighbors share their walls but for the rounding of map coordinates
SAMPLE_M = 0.25  # distance of the points for the Hausdorff distance


class Pairs(NamedTuple):
    """Found and true polygons that belong together, one to one.

    Args:
        found: number of the found polygon, (n,) int.
        true: number of the true polygon, (n,) int.
        iou: intersection over union, (n,) float.
    """

    found: np.ndarray
    true: np.ndarray
    iou: np.ndarray


def corner_angles_deg(polygon: shapely.Geometry) -> np.ndarray:
    """Return the absolute turn at each corner of a polygon in degrees, (n,) float.

    >>> corner_angles_deg(shapely.box(0, 0, 4, 2)).tolist()
    [90.0, 90.0, 90.0, 90.0]
    """
    turns = [np.empty(0)]
    for ring in shapely.get_rings(polygon):
        steps = np.diff(shapely.get_coordinates(ring), axis=0)
        steps = steps[np.hypot(*steps.T) > 1e-6]
        heading = np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))
        turns.append(np.abs((np.roll(heading, -1) - heading + 180) % 360 - 180))
    angles = np.concatenate(turns)
    return angles[angles > STRAIGHT_DEG]


def count_right(angles_deg: np.ndarray) -> int:
    """Return the number of right angles."""
    return int((np.abs(angles_deg - 90) <= RIGHT_DEG).sum())


def hausdorff_m(one: shapely.Polygon, other: shapely.Polygon) -> float:
    """Return the Hausdorff distance of two outlines."""
    dense = [shapely.segmentize(each.boundary, SAMPLE_M) for each in (one, other)]
    return float(shapely.hausdorff_distance(*dense))


def match(found: np.ndarray, true: np.ndarray, least_iou: float) -> Pairs:
    """Pair polygons one to one, the largest intersection over union first.

    Args:
        found: found polygons, (n,).
        true: true polygons, (m,).
        least_iou: smallest intersection over union of a pair.
    """
    first, second = shapely.STRtree(true).query(found, predicate="intersects")
    common = shapely.area(shapely.intersection(found[first], true[second]))
    iou = common / (shapely.area(found)[first] + shapely.area(true)[second] - common)
    taken: tuple[set[int], set[int]] = (set(), set())
    kept = []
    for number in np.argsort(-iou, kind="stable"):
        a, b = int(first[number]), int(second[number])
        if iou[number] >= least_iou and a not in taken[0] and b not in taken[1]:
            taken[0].add(a)
            taken[1].add(b)
            kept.append(number)
    return Pairs(first[kept], second[kept], iou[kept])


def joined_where_they_touch(polygons: np.ndarray) -> np.ndarray:
    """Return the connected unions of polygons, as touching buildings are one in the truth."""
    union = shapely.union_all(polygons, grid_size=JOIN_M) if len(polygons) else shapely.Polygon()
    parts = shapely.get_parts(union)
    return parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]


def polygon_of(outline: shapely.Geometry | None) -> shapely.Polygon:
    """Return the largest valid polygon of an outline, which a peer may have left invalid."""
    if outline is None or outline.is_empty:
        return shapely.Polygon()
    valid = outline if outline.is_valid else shapely.make_valid(outline)
    parts = shapely.get_parts(shapely.get_parts(valid))
    polygons = [part for part in parts if part.geom_type == "Polygon"]
    return max(polygons, key=lambda part: part.area, default=shapely.Polygon())


def count_overlapping(polygons: np.ndarray) -> int:
    """Return the number of pairs that share more than a square millimeter."""
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    ordered = one < other
    common = shapely.intersection(polygons[one[ordered]], polygons[other[ordered]])
    return int((shapely.area(common) > 1e-6).sum())
