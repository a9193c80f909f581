# SPDX-License-Identifier: GPL-2.0-or-later
"""Options of the vector layers, which several kinds of jobs share."""

from __future__ import annotations

from dataclasses import dataclass

from ..polygon_layers import AREA_LAYERS
from .fields import check_at_least, check_choice, option

OUTLINES = ("regularized", "simplified", "pixels")
VECTOR_FORMATS = ("gpkg", "fgb", "parquet", "shp")


@dataclass(frozen=True)
class PolygonOptions:
    """Method, minimum areas and optional layers of the vectorization.

    Raises:
        JobError: if a value is invalid.
    """

    outlines: str = option(
        "regularized",
        "regularized: right-angled buildings, a rectangle for each car, simplified borders; "
        "simplified: simplified borders only; pixels: exactly along the pixels",
        OUTLINES,
    )
    tolerance_m: float = option(
        0.0,
        "largest distance of a simplified border from the pixels, in meters; 0: one and a half "
        "pixels; at least a cell of about 0.4 m between roads and other sealed ground",
    )
    minimum_building_m2: float = option(
        8.0, "minimum area of buildings in square meters; smaller ones are dropped"
    )
    minimum_road_m2: float = option(
        20.0, "minimum area of roads in square meters; smaller ones are dropped"
    )
    minimum_paved_m2: float = option(
        8.0, "minimum area of other paved ground in square meters; smaller ones are dropped"
    )
    minimum_car_m2: float = option(
        2.0, "minimum area of cars in square meters; smaller ones are dropped"
    )
    vector_format: str = option(
        "gpkg",
        "gpkg: GeoPackage only; fgb, parquet or shp: also a folder with one FlatGeobuf, "
        "GeoParquet or Shapefile for each layer",
        VECTOR_FORMATS,
    )
    draw_land_cover: bool = option(False, "also write all classes as one layer without gaps")
    draw_car_points: bool = option(False, "also write the centers of the cars as points")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        check_choice("outlines", self.outlines, OUTLINES)
        check_choice("vector_format", self.vector_format, VECTOR_FORMATS)
        minimum_areas = {layer.minimum: getattr(self, layer.minimum) for layer in AREA_LAYERS}
        check_at_least(0, tolerance_m=self.tolerance_m, **minimum_areas)
