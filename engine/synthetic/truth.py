# SPDX-License-Identifier: GPL-2.0-or-later
"""True objects of a scene as vectors, not traced from pixels: the reference for polygon layers.

`truth.gpkg` has the layers `buildings`, connected unions of their `wings`, `cars` and `streets`.
Objects that are only in an outdated height survey are not in it; objects under crowns are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyogrio
import rasterio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from rasterio.features import rasterize
from rasterio.transform import from_origin

from ..outputs.destination import destination_error
from ..polygons.features import place as place_on_grid
from ..polygons.geopackage import GEOPACKAGE, writing_aside
from ..raster.windows import raster_window
from ..tiling.window import Window
from .codes import BUILDING, CAR
from .files import grid_of_scene
from .footprints import WING, Footprint, rectangles
from .street_axes import street_axes

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .scene import ScenePlan

NAME = "truth.gpkg"
DATED_S = 0.0  # a constant date, so that a rerun makes the same file, byte for byte
JOIN_M = 0.005  # wings that touch within this distance are one building
COLLINEAR_M = 0.02  # vertices this close to a straight wall are left out
FINE = 4  # samples per pixel and axis for the visible share


class TruthLayer(NamedTuple):
    """One layer of the true objects.

    Args:
        name: layer name in the GeoPackage.
        geometry_type: type of the geometries.
        geometries: shapely geometries; x to the right, y downwards, in meters, (n,).
        fields: values by field name, (n,) each.
    """

    name: str
    geometry_type: str
    geometries: np.ndarray
    fields: dict[str, np.ndarray]


def write_truth(path: Path, plan: ScenePlan, footprints: Iterable[Footprint], labels: Path) -> None:
    """Write the true objects of a scene.

    Args:
        path: path of the new GeoPackage; must not exist yet.
        plan: plan of the scene.
        footprints: footprints of all windows; repeated and outer ones are left out.
        labels: path of the class raster of the scene, for the visible share of each object.

    Raises:
        OutputError: if the file cannot be written.
    """
    scene = shapely.box(0, 0, plan.width * plan.gsd_m, plan.height * plan.gsd_m)
    inside = _inside(sorted(set(footprints)), scene)
    wings = [each for each in inside if each.kind == WING]
    cars = [each for each in inside if each.kind != WING]
    buildings, building_of_wing = _buildings(wings, scene)
    with rasterio.open(labels) as raster:
        layers = (
            _building_layer(buildings, raster, plan.gsd_m),
            _wing_layer(wings, building_of_wing),
            _car_layer(cars, raster, plan.gsd_m),
            _street_layer(plan, scene),
        )
    try:
        with writing_aside(DATED_S):
            for number, layer in enumerate(layers):
                _write_layer(path, layer, plan, is_first=number == 0)
    except (DataSourceError, DataLayerError, FeatureError, GeometryError, OSError) as error:
        raise destination_error(path, error) from error


def _inside(footprints: list[Footprint], scene: shapely.Polygon) -> list[Footprint]:
    """Return the footprints that overlap the scene."""
    shared_m2 = shapely.area(shapely.intersection(rectangles(footprints), scene))
    return [each for each, area_m2 in zip(footprints, shared_m2, strict=True) if area_m2 > 0]


def _buildings(wings: list[Footprint], scene: shapely.Polygon) -> tuple[np.ndarray, np.ndarray]:
    """Return the connected unions of wings within the scene, and the number of each wing's."""
    grown = shapely.buffer(rectangles(wings), JOIN_M, join_style="mitre")
    union = shapely.intersection(shapely.union_all(grown), scene)
    parts = shapely.get_parts(union)
    parts = parts[shapely.area(parts) > 0]
    buildings = shapely.simplify(parts, COLLINEAR_M)
    wing, building = shapely.STRtree(parts).query(grown, predicate="intersects")
    of_wing = np.zeros(len(wings), int)
    of_wing[wing] = building
    return buildings, of_wing


def _building_layer(
    buildings: np.ndarray, raster: rasterio.DatasetReader, gsd_m: float
) -> TruthLayer:
    fields = {
        "id": np.arange(1, len(buildings) + 1),
        "area_m2": shapely.area(buildings),
        "perimeter_m": shapely.length(buildings),
        "visible": _visible_shares(buildings, BUILDING, raster, gsd_m),
    }
    return TruthLayer("buildings", "Polygon", buildings, fields)


def _wing_layer(wings: list[Footprint], building: np.ndarray) -> TruthLayer:
    fields = {"building_id": building + 1, **_sizes(wings, "eaves_m")}
    return TruthLayer("wings", "Polygon", rectangles(wings), fields)


def _car_layer(cars: list[Footprint], raster: rasterio.DatasetReader, gsd_m: float) -> TruthLayer:
    outlines = rectangles(cars)
    fields = {
        "kind": np.array([each.kind for each in cars], object),
        **_sizes(cars, "height_m"),
        "on_lot": np.array([each.is_on_lot for each in cars], bool),
        "visible": _visible_shares(outlines, CAR, raster, gsd_m),
    }
    return TruthLayer("cars", "Polygon", outlines, fields)


def _sizes(footprints: list[Footprint], height: str) -> dict[str, np.ndarray]:
    """Return the sizes and headings of rectangles; `height` names the field of the heights."""
    return {
        "length_m": np.array([each.length_m for each in footprints], float),
        "width_m": np.array([each.width_m for each in footprints], float),
        height: np.array([each.height_m for each in footprints], float),
        "heading_deg": np.array([each.heading_deg for each in footprints], float),
    }


def _street_layer(plan: ScenePlan, scene: shapely.Polygon) -> TruthLayer:
    axes = street_axes(plan.streets)
    lines, source = shapely.get_parts(
        shapely.intersection(np.array([axis.line for axis in axes], object), scene),
        return_index=True,
    )
    kept = (shapely.length(lines) > 0) & (shapely.get_type_id(lines) == 1)
    lines, source = lines[kept], source[kept]
    fields = {
        "width_m": np.array([axes[number].width_m for number in source], float),
        "roadway_m": np.array([axes[number].roadway_m for number in source], float),
        "length_m": shapely.length(lines),
    }
    return TruthLayer("streets", "LineString", lines, fields)


def _visible_shares(
    outlines: np.ndarray, code: int, raster: rasterio.DatasetReader, gsd_m: float
) -> np.ndarray:
    """Return the share of each outline, within the scene, that is labeled with `code`."""
    whole = Window(0, 0, raster.height, raster.width)
    shares = np.zeros(len(outlines))
    for number, outline in enumerate(outlines):
        left, top, right, bottom = (np.array(outline.bounds) / gsd_m).tolist()
        first_row, first_col = int(top), int(left)
        size = int(bottom) + 1 - first_row, int(right) + 1 - first_col
        window = Window(first_row, first_col, *size).intersect(whole)
        if window.is_empty:
            continue
        codes = raster.read(1, window=raster_window(window)).repeat(FINE, 0).repeat(FINE, 1)
        fine_m = gsd_m / FINE
        corner = from_origin(window.col * gsd_m, -window.row * gsd_m, fine_m, fine_m)
        upward = shapely.transform(outline, lambda xy: xy * (1, -1))
        covered = rasterize([upward], codes.shape, transform=corner).astype(bool)
        shares[number] = (codes[covered] == code).mean() if covered.any() else 0.0
    return shares


def _write_layer(path: Path, layer: TruthLayer, plan: ScenePlan, *, is_first: bool) -> None:
    grid = grid_of_scene(plan)
    in_pixels = shapely.transform(layer.geometries, lambda xy: xy / plan.gsd_m)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(place_on_grid(in_pixels, grid)),
        [np.round(v, 4) if v.dtype.kind == "f" else v for v in layer.fields.values()],
        list(layer.fields),
        layer=layer.name,
        **GEOPACKAGE,
        geometry_type=layer.geometry_type,
        crs=grid.crs.to_wkt(),
        encoding="UTF-8",
        append=not is_first,
    )
