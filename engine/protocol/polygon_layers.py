# SPDX-License-Identifier: GPL-2.0-or-later
"""Vector layers: the land class, names, geometry and minimum area of each output layer.

The engine writes the layers, the plugin lists and styles them. A new layer needs a row here, and a
field for its minimum area or its switch in `PolygonOptions`.
"""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple


class PolygonLayer(NamedTuple):
    """One vector layer.

    Args:
        name: layer name in the GeoPackage, and role of the layer in the plugin.
        class_name: name of the land class in the legend; empty: all classes.
        title: display name.
        thing: common name of one object.
        minimum: name of the job field with the minimum area in square meters; empty: none.
        geometry: type of the geometries.
        switch: name of the job field that requests the layer; empty: always written.
    """

    name: str
    class_name: str
    title: str
    thing: str
    minimum: str = ""
    geometry: str = "Polygon"
    switch: str = ""


POLYGON_LAYERS: Tuple[PolygonLayer, ...] = (
    PolygonLayer("buildings", "building", "Buildings", "building", "minimum_building_m2"),
    PolygonLayer("roads", "impervious_surface", "Roads", "road", "minimum_road_m2"),
    PolygonLayer(
        "paved", "impervious_surface", "Other paved ground", "paved area", "minimum_paved_m2"
    ),
    PolygonLayer("cars", "car", "Cars", "car", "minimum_car_m2"),
    PolygonLayer(
        "road_centerlines", "impervious_surface", "Road centerlines", "road", "", "LineString"
    ),
    PolygonLayer("car_points", "car", "Car positions", "car", "", "Point", "draw_car_points"),
    PolygonLayer("land_cover", "", "Land cover polygons", "area", "", "Polygon", "draw_land_cover"),
)
AREA_LAYERS = tuple(layer for layer in POLYGON_LAYERS if layer.minimum)

# Display names of the fields, in the file and in QGIS; `labeled` is added in QGIS.
FIELD_TITLES: Dict[str, str] = {
    "id": "Number",
    "class": "Class",
    "area_m2": "Area (m²)",
    "perimeter_m": "Perimeter (m)",
    "confidence": "Confidence (%)",
    "height_mean_m": "Mean height (m)",
    "height_p95_m": "Height, 95th percentile (m)",
    "roof_slope_deg": "Roof slope (°)",
    "status": "Outline",
    "iou_raw": "Overlap with the pixels",
    "touches_edge": "At the edge of the image",
    "touches_nodata": "Beside nodata",
    "kind": "Kind",
    "length_m": "Length (m)",
    "width_m": "Width (m)",
    "heading_deg": "Heading (°)",
    "model": "Model",
    "run_id": "Run",
    "source": "Image",
    "labeled": "Labeled",
}
