# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygon layers: the land class, names and minimum area of each output layer.

The engine writes the layers, the plugin lists and styles them. A new layer needs a row here and a
field for its minimum area in the jobs.
"""

from __future__ import annotations

from typing import NamedTuple, Tuple


class PolygonLayer(NamedTuple):
    """One layer of polygons.

    Args:
        name: layer name in the GeoPackage, and role of the layer in the plugin.
        class_name: name of the land class in the legend.
        title: display name.
        thing: common name of one object.
        minimum: name of the job field with the minimum area in square meters.
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
