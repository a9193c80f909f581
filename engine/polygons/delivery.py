# SPDX-License-Identifier: GPL-2.0-or-later
"""Delivery: the outlines of all classes as the features of each layer.

Regularized buildings are cut out of the coverage of the ground, so no two polygons of the layers
buildings, roads and paved overlap. Cars stand on the ground and are a layer above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .coverage.cut_out import cut_out
from .features import Features, place, sizes, touches_edge
from .layers import minimum_pixels

if TYPE_CHECKING:
    from ..protocol import PolygonOptions
    from ..raster.grid import RasterGrid
    from .building_features import Buildings
    from .car_features import Cars
    from .codes import GroundCodes
    from .layers import Layer
    from .reading import Coverage
    from .roads.trace import RoadNetwork

_POLYGON = 3  # shapely's type number


class _CutCoverage(NamedTuple):
    """Regions of a coverage after the buildings were cut out.

    Args:
        polygons: polygons in pixel space, (n,).
        codes: code of each polygon, (n,) uint8.
        region: number of the traced region of each polygon, (n,).
        measures: mean confidence and heights of each traced region, by field name.
        outlines: outlines of the buildings, with vertices where borders meet them, (m,).
    """

    polygons: np.ndarray
    codes: np.ndarray
    region: np.ndarray
    measures: dict[str, np.ndarray]
    outlines: np.ndarray


@dataclass(frozen=True, eq=False)
class Delivery:
    """Outlines of a raster.

    Args:
        grid: grid of the raster.
        codes: codes of the ground.
        options: method and minimum areas.
        ground: coverage of the ground, without cars.
        land_cover: coverage of all classes, or None.
        roads: road network, or None.
        buildings: regularized buildings; None if they follow the pixels.
        cars: vehicles, or None without the class.
    """

    grid: RasterGrid
    codes: GroundCodes
    options: PolygonOptions
    ground: Coverage
    land_cover: Coverage | None
    roads: RoadNetwork | None
    buildings: Buildings | None
    cars: Cars | None

    @cached_property
    def _cut_ground(self) -> _CutCoverage:
        """Coverage of the ground from which the buildings are cut out."""
        return self._cut(self.ground)

    def features(self, layer: Layer) -> Features:
        """Return the features of a layer."""
        makers = {
            "buildings": self._building_features,
            "roads": lambda: self._ground_features(self.codes.road, "roads"),
            "paved": lambda: self._ground_features(self.codes.paved, "paved"),
            "cars": self._car_features,
            "road_centerlines": self._line_features,
            "car_points": self._point_features,
            "land_cover": self._land_cover_features,
        }
        return makers[layer.name]()

    def _cut(self, traced: Coverage) -> _CutCoverage:
        """Return a coverage in which the regularized buildings replace the traced ones."""
        number, measures = np.arange(len(traced.polygons)), traced.measures
        if self.buildings is None:
            none = np.empty(0, object)
            return _CutCoverage(traced.polygons, traced.codes, number, measures, none)
        is_building = traced.codes == self.codes.building
        cut = cut_out(traced.polygons, is_building, self.buildings.outlines)
        parts, region = shapely.get_parts(cut.polygons, return_index=True)
        kept = (shapely.get_type_id(parts) == _POLYGON) & ~shapely.is_empty(parts)
        parts, region = parts[kept], region[kept]
        return _CutCoverage(parts, traced.codes[region], region, measures, cut.outlines)

    def _building_features(self) -> Features:
        coverage = self._cut_ground
        if self.buildings is None:
            found = self._ground_features(self.codes.building, "buildings")
            count = len(found.geometries)
            status = "raw" if self.options.outlines == "pixels" else "simplified"
            made = {"status": np.full(count, status, object)}
            return Features(found.geometries, {**found.values, **made})
        return self._placed_buildings(coverage.outlines, self.buildings)

    def _placed_buildings(self, cut: np.ndarray, buildings: Buildings) -> Features:
        """Return buildings with the vertices of a coverage."""
        outlines = np.array([_largest(each) for each in cut], object)
        return self._placed(outlines, self.codes.building, buildings.values)

    def _ground_features(self, code: int, layer: str) -> Features:
        coverage = self._cut_ground
        chosen = np.flatnonzero(coverage.codes == code) if code else np.empty(0, int)
        # Cutting out buildings leaves slivers, and a simplified border can enclose less.
        least = minimum_pixels(self.options, self.grid.pixel_area_m2)[layer]
        chosen = chosen[shapely.area(coverage.polygons[chosen]) >= least]
        return self._regions(coverage, self.ground, chosen)

    def _land_cover_features(self) -> Features:
        if self.land_cover is None:
            return self._placed(np.empty(0, object), 0, {})
        coverage = self._cut(self.land_cover)
        found = self._regions(
            coverage, self.land_cover, np.flatnonzero(coverage.codes != self.codes.nodata)
        )
        if self.buildings is None or not len(coverage.outlines):
            return found
        buildings = self._placed_buildings(coverage.outlines, self.buildings)
        shared = {name: _joined(found, buildings, name) for name in found.values}
        return Features(np.concatenate((found.geometries, buildings.geometries)), shared)

    def _regions(self, coverage: _CutCoverage, traced: Coverage, chosen: np.ndarray) -> Features:
        """Return the features of some polygons of a coverage."""
        polygons, regions = coverage.polygons[chosen], coverage.region[chosen]
        names = {code: self.codes.class_name(code) for code in np.unique(coverage.codes[chosen])}
        values = {
            "class": np.array([names[code] for code in coverage.codes[chosen]], object),
            **sizes(polygons, self.grid),
            **{name: each[regions] for name, each in coverage.measures.items()},
            "touches_edge": touches_edge(polygons, self.grid),
            "touches_nodata": self._touches_nodata(polygons, traced),
        }
        return Features(place(polygons, self.grid), values)

    def _touches_nodata(self, polygons: np.ndarray, traced: Coverage) -> np.ndarray:
        """Return which polygons share a border with pixels without a class, (n,) bool."""
        gaps = traced.polygons[traced.codes == self.codes.nodata]
        touching = np.zeros(len(polygons), bool)
        if len(gaps):
            touching[shapely.STRtree(gaps).query(polygons, predicate="touches")[0]] = True
        return touching

    def _car_features(self) -> Features:
        if self.cars is None:
            return self._placed(np.empty(0, object), 0, {})
        return self._placed(self.cars.rectangles, self.codes.car, self.cars.values)

    def _point_features(self) -> Features:
        cars = self._car_features()
        return Features(shapely.centroid(cars.geometries), cars.values)

    def _line_features(self) -> Features:
        if self.roads is None:
            return Features(np.empty(0, object), {})
        count = len(self.roads.lines)
        values = {
            "class": np.full(count, self.codes.class_name(self.codes.road), object),
            "length_m": np.round(self.roads.length_m, 2),
            "width_m": np.round(self.roads.width_m, 2),
        }
        return Features(place(self.roads.lines, self.grid), values)

    def _placed(self, polygons: np.ndarray, code: int, values: dict[str, np.ndarray]) -> Features:
        """Return polygons of one class with their sizes and other values."""
        name = self.codes.class_name(code) if len(polygons) else ""
        return Features(
            place(polygons, self.grid),
            {"class": np.full(len(polygons), name, object), **sizes(polygons, self.grid), **values},
        )


def _largest(outline: shapely.Geometry) -> shapely.Polygon:
    """Return the largest polygon of an outline that was cut."""
    parts = [each for each in shapely.get_parts(outline) if each.geom_type == "Polygon"]
    return max(parts, key=lambda part: part.area) if parts else shapely.Polygon()


def _joined(one: Features, other: Features, name: str) -> np.ndarray:
    return np.concatenate((one.values[name], other.values[name]))
