# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons of fitted rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

if TYPE_CHECKING:
    from .fitting import FittedRing


def polygon_of(fit: tuple[FittedRing, ...] | None) -> shapely.Polygon | None:
    """Return the polygon of a fit in meters; nothing if it is not one valid polygon.

    Args:
        fit: outer ring first, then the courtyards.
    """
    if fit is None:
        return None
    outer, *courtyards = (shapely.Polygon(each.corners_m) for each in fit)
    if not outer.is_valid or not all(courtyard.is_valid for courtyard in courtyards):
        return None
    polygon = outer
    if courtyards:
        polygon = shapely.difference(outer, shapely.union_all(courtyards))
    is_one = polygon.geom_type == "Polygon" and polygon.area > 0
    return polygon if is_one and len(polygon.interiors) == len(courtyards) else None
