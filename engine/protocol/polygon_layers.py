# SPDX-License-Identifier: GPL-2.0-or-later
"""The layers of polygons: which land class is drawn in which.

The engine writes them, the plugin offers, styles and stacks them. A new layer is one more row, and
a field with its minimum area in the jobs.
"""

from __future__ import annotations

from typing import NamedTuple, Tuple


class PolygonLayer(NamedTuple):
    """One layer of polygons.

    Args:
        name: in the GeoPackage; in the plugin also the layer's role.
        class_name: name of the land class in the legend.
        title: what people read.
        thing: what one polygon is, in plain words.
        minimum: field of a job with the area in square meters below which polygons are dropped.
    """

    name: str
    class_name: str
    title: str
    thing: str
    minimum: str


POLYGON_LAYERS: Tuple[PolygonLayer, ...] = (
    PolygonLayer("buildings", "building", "Buildings", "building", "minimum_building_m2"),
    PolygonLayer("roads", "impervious_surface", "Roads", "road patch", "minimum_road_m2"),
    PolygonLayer("cars", "car", "Cars", "car", "minimum_car_m2"),
)
