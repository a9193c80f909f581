# SPDX-License-Identifier: GPL-2.0-or-later
"""Shapes beside straight walls at right angles: circles, and what remains when no fit is close."""

from __future__ import annotations

from math import pi
from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .guard import Limits
    from .outline import Status
    from .ring import Ring

ROUND_COMPACTNESS = 0.9  # of a circle 1, of a square 0.79
ROUND_AREA_M2 = 6
ROUND_IOU = 0.93
FEWEST_CORNERS = 6  # of the simplified outline of a circle, the first one twice
NOT_RECTANGULAR_IOU = 0.85
SIMPLIFIED_M = 0.3
SEGMENT_M = 0.3  # spacing of the points between which distances are measured


def circle_of(rings: Sequence[Ring], outline_m: shapely.Polygon) -> shapely.Polygon | None:
    """Return the circle that a round building is; nothing for any other building.

    Args:
        rings: rings of the building.
        outline_m: pixel outline in meters.
    """
    if len(rings) > 1 or len(rings[0].coarse_m) < FEWEST_CORNERS:
        return None
    coarse = shapely.Polygon(rings[0].coarse_m)
    if coarse.area < ROUND_AREA_M2:
        return None
    if 4 * pi * coarse.area < ROUND_COMPACTNESS * coarse.length**2:
        return None
    circle = outline_m.centroid.buffer((outline_m.area / pi) ** 0.5, quad_segs=8)
    is_round = iou(circle, outline_m) > ROUND_IOU
    rectangle = coarse.minimum_rotated_rectangle
    return circle if is_round and iou(rectangle, outline_m) < NOT_RECTANGULAR_IOU else None


def plain_outline(
    rings: Sequence[Ring], outline_m: shapely.Polygon, gsd_m: float, limits: Limits
) -> tuple[shapely.Polygon, Status]:
    """Return the best outline of a building that no fit of straight walls comes close to.

    Args:
        rings: rings of the building.
        outline_m: pixel outline in meters, without small holes.
        gsd_m: edge of a pixel in meters.
        limits: limits of the building.
    """
    rectangle = outline_m.minimum_rotated_rectangle
    if len(rings) == 1 and iou(rectangle, outline_m) >= limits.iou:
        lines = (shapely.segmentize(each.boundary, SEGMENT_M) for each in (rectangle, outline_m))
        if shapely.hausdorff_distance(*lines) <= limits.distance_m:
            return rectangle, "rectangle"
    outer, *courtyards = (ring.samples.points_m for ring in rings)
    simple = shapely.simplify(shapely.Polygon(outer, courtyards), max(SIMPLIFIED_M, gsd_m))
    if simple.geom_type == "Polygon" and simple.is_valid and simple.area > 0:
        return simple, "simplified"
    return outline_m, "raw"


def iou(one: shapely.Polygon, other: shapely.Polygon) -> float:
    """Return the intersection over union of two polygons."""
    common = one.intersection(other).area
    return float(common / (one.area + other.area - common))
