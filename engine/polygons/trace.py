# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectorization of a class raster on disk to a GeoPackage.

The raster is read strip by strip, several times: for the road network, for small regions, and for
the outlines. Memory holds one strip, the outlines, and the pixels of the buildings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .building_features import all_buildings
from .car_features import all_cars
from .codes import GroundCodes
from .delivery import Delivery
from .geopackage import LayerTotal, PolygonFile, modified_s
from .layers import Origin, minimum_pixels, requested_layers
from .object_outlines import ObjectWork, outline_here
from .object_regions import RegionCollector
from .pixels import PixelReader, scratch_array
from .reading import Passes, trace_ground, trace_land_cover
from .source import ClassSource

if TYPE_CHECKING:
    from pathlib import Path

    from ..process.reporter import Reporter
    from ..protocol import Extent, Legend, PolygonOptions
    from ..raster.grid import RasterGrid
    from ..raster.height_above_ground import HeightReader
    from .building_features import Buildings
    from .car_features import Cars
    from .object_outlines import Outliner
    from .object_regions import ObjectRegions
    from .pixels import ReadWindow
    from .tracer import Traced

OBJECTS, GROUND = "objects.raw", "ground.raw"  # arrays in the scratch folder


class Rasters(NamedTuple):
    """Input rasters on one grid.

    Args:
        classes: path of the class raster, one band of uint8 codes.
        confidence: path of the confidence raster in percent, or None.
        heights: reader of heights above ground on the grid of the part, or None.
        extent: xmin, ymin, xmax, ymax of the part to trace in the rasters' CRS; None: all of it.
    """

    classes: Path
    confidence: Path | None = None
    heights: HeightReader | None = None
    extent: Extent | None = None


def trace_polygons(
    rasters: Rasters,
    destination: Path,
    *,
    legend: Legend,
    options: PolygonOptions,
    origin: Origin,
    scratch: Path,
    reporter: Reporter,
    dated_by: Path | None = None,
    outliner: Outliner = outline_here,
) -> dict[str, LayerTotal]:
    """Write the vector layers of a class raster.

    Args:
        rasters: class raster, confidence and heights.
        destination: path of the new GeoPackage; must not exist yet.
        legend: legend of the codes; layers whose class is missing stay empty.
        options: method, minimum areas and optional layers.
        origin: model, job and source of the features.
        scratch: folder for temporary files.
        reporter: receiver of progress and warnings.
        dated_by: file whose modification time is the date of the GeoPackage; None: the classes.
        outliner: function that outlines buildings and cars; other processes may help it by the
            arrays in the scratch folder.

    Returns:
        Number and area of features, by layer name.

    Raises:
        InputError: if a raster cannot be used.
        OutputError: if the GeoPackage cannot be written.
        JobCanceled: if the job was canceled.
    """
    layers = requested_layers(options)
    _warn_of_missing(legend, options, reporter)
    with ClassSource(rasters.classes, rasters.confidence, rasters.extent) as source:
        tracing = _Tracing(source, rasters.heights, legend, options, scratch, reporter, outliner)
        delivery = tracing.run()
        dated_s = modified_s(dated_by or rasters.classes)
        file = PolygonFile(destination, source.grid.crs.to_wkt(), dated_s, layers, legend)
        for number, layer in enumerate(layers):
            reporter.progress(0.95 + 0.05 * number / len(layers), "Writing polygons")
            file.add(layer, delivery.features(layer), origin)
        reporter.progress(1.0, "Writing polygons")
        return file.finish()


class _Tracing:
    """Tracing of one raster."""

    def __init__(
        self,
        source: ClassSource,
        heights: HeightReader | None,
        legend: Legend,
        options: PolygonOptions,
        scratch: Path,
        reporter: Reporter,
        outliner: Outliner,
    ) -> None:
        self._source, self._heights, self._options = source, heights, options
        self._codes = GroundCodes.of_legend(legend)
        self._scratch, self._reporter, self._outliner = scratch, reporter, outliner
        self._passes = Passes(source, self._codes, options, reporter)

    @property
    def _grid(self) -> RasterGrid:
        return self._source.grid

    def run(self) -> Delivery:
        """Return the outlines of all layers."""
        self._passes.find_roads()
        objects_array, ground_array = (
            scratch_array(self._scratch / name, self._grid) for name in (OBJECTS, GROUND)
        )
        arrays = (objects_array, ground_array)
        objects = _Objects(self._codes, self._options, self._grid)
        ground = trace_ground(self._passes, self._codes, self._heights, arrays, objects.feed)
        regions, car_outlines = objects.finish()
        land_cover = None
        if self._options.draw_land_cover:
            part = (0.7, 0.8)
            land_cover = trace_land_cover(self._passes, self._codes, self._heights, part)
        pixels = PixelReader(*arrays, *self._readers())
        buildings, cars = self._objects(regions, pixels, car_outlines)
        self._note_cars(cars)
        self._reporter.progress(0.92, "Cutting buildings out of the ground")
        return Delivery(
            self._grid,
            self._codes,
            self._options,
            ground=ground,
            land_cover=land_cover,
            roads=self._passes.roads,
            buildings=buildings,
            cars=cars,
        )

    def _objects(
        self, regions: ObjectRegions, pixels: PixelReader, car_outlines: np.ndarray | None
    ) -> tuple[Buildings | None, Cars | None]:
        """Return the outlines of buildings and cars; None if they follow the pixels.

        Args:
            regions: regions of the objects.
            pixels: reader of the pixels around them.
            car_outlines: outline of each region along the pixels, if cars follow them, or None.
        """
        work = ObjectWork(regions, pixels, self._codes, self._options, self._grid.gsd_m)
        blocks = list(self._outliner(work, self._reporter.span(0.8, 0.92)))
        buildings = cars = None
        if self._options.outlines == "regularized":
            least_px = minimum_pixels(self._options, self._grid.pixel_area_m2)["buildings"]
            fitted = [each.buildings for each in blocks if each.buildings]
            buildings = all_buildings(fitted, least_px)
        if self._codes.car:
            cars = all_cars([each.cars for each in blocks if each.cars])
            if car_outlines is not None:
                cars = cars._replace(rectangles=car_outlines[cars.region])
        return buildings, cars

    def _note_cars(self, cars: Cars | None) -> None:
        """Log how many regions of cars cannot be cars."""
        if cars is None:
            return
        reasons = {
            "too high above ground": cars.too_high,
            "too small or too large": cars.wrong_size,
        }
        found = [f"{count} {reason}" for reason, count in reasons.items() if count]
        if found:
            self._reporter.log(
                "info",
                "Some regions of the class car cannot be vehicles and are not in the layer 'cars': "
                f"{', '.join(found)}.",
            )

    def _readers(self) -> tuple[ReadWindow | None, ReadWindow | None]:
        confidence = self._source.confidence if self._source.has_confidence else None
        return confidence, None if self._heights is None else self._heights.read


class _Objects:
    """Accumulator of the objects that get outlines of their own.

    Args:
        codes: codes of the ground.
        options: method and minimum areas.
        grid: grid of the raster.
    """

    def __init__(self, codes: GroundCodes, options: PolygonOptions, grid: RasterGrid) -> None:
        self._codes, self._options, self._grid = codes, options, grid
        self._collector = RegionCollector()
        self._outlines: list[np.ndarray] = [np.empty(0, object)]

    def feed(self, objects: Traced) -> None:
        """Add regions of buildings and cars, given by exact outlines."""
        chosen = np.flatnonzero(self._is_outlined(objects))
        polygons = objects.polygons[chosen]
        self._collector.feed(polygons, objects.codes[chosen])
        if self._options.outlines == "pixels":
            self._outlines.append(polygons)

    def finish(self) -> tuple[ObjectRegions, np.ndarray | None]:
        """Return the regions, and the outline of each if cars follow the pixels."""
        follows_pixels = self._options.outlines == "pixels"
        return self._collector.finish(), np.concatenate(self._outlines) if follows_pixels else None

    def _is_outlined(self, objects: Traced) -> np.ndarray:
        """Return which regions are large enough for outlines of their own, (n,) bool."""
        least_px = minimum_pixels(self._options, self._grid.pixel_area_m2)
        outlines, area_px = self._options.outlines, shapely.area(objects.polygons)
        is_car = (objects.codes == self._codes.car) & bool(self._codes.car)
        is_building = (objects.codes == self._codes.building) & (outlines == "regularized")
        is_building &= area_px >= least_px["buildings"]
        if outlines == "pixels":
            is_car &= area_px >= least_px["cars"]
        return is_car | is_building


def _warn_of_missing(legend: Legend, options: PolygonOptions, reporter: Reporter) -> None:
    missing: dict[str, list[str]] = {}
    for layer in requested_layers(options):
        if layer.class_name and not legend.has(layer.class_name):
            missing.setdefault(layer.class_name, []).append(f"'{layer.name}'")
    for class_name, names in missing.items():
        layers = f"layer {names[0]} stays" if len(names) == 1 else f"layers {', '.join(names)} stay"
        reporter.warn(f"The legend has no class '{class_name}', so the {layers} empty.")
