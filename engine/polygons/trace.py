# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectorization of a class raster on disk to a GeoPackage.

The raster is read strip by strip, several times: for the road network, for small regions, and for
the outlines. Memory holds one strip, the outlines, and the pixels of the buildings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import shapely

from .building_features import building_parts, regularized
from .car_features import fitted, unfitted
from .codes import GroundCodes
from .delivery import Delivery
from .geopackage import LayerTotal, PolygonFile, modified_s
from .layers import Origin, minimum_pixels, requested_layers
from .pixels import PixelReader, scratch_array
from .reading import Passes, TracedRaster, scratch_path, trace_ground, trace_land_cover
from .source import ClassSource

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from ..process.reporter import Reporter
    from ..protocol import Extent, Legend, PolygonOptions
    from ..raster.grid import RasterGrid
    from ..raster.height_above_ground import HeightReader
    from .building_features import Buildings
    from .car_features import Cars
    from .pixels import ReadWindow

REPORT_EVERY = 64  # regions


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
        tracing = _Tracing(source, rasters.heights, legend, options, scratch, reporter)
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
    ) -> None:
        self._source, self._heights, self._options = source, heights, options
        self._codes = GroundCodes.of_legend(legend)
        self._scratch, self._reporter = scratch, reporter
        self._passes = Passes(source, self._codes, options, reporter)

    @property
    def _grid(self) -> RasterGrid:
        return self._source.grid

    def run(self) -> Delivery:
        """Return the outlines of all layers."""
        self._passes.find_roads()
        arrays = (self._scratch_array("objects"), self._scratch_array("ground"))
        traced = trace_ground(self._passes, self._codes, self._heights, arrays)
        land_cover = None
        if self._options.draw_land_cover:
            part = (0.7, 0.8)
            land_cover = trace_land_cover(self._passes, self._codes, self._heights, part)
        buildings, cars = self._objects(traced, PixelReader(*arrays, *self._readers()))
        self._note_cars(cars)
        self._reporter.progress(0.92, "Cutting buildings out of the ground")
        return Delivery(
            self._grid,
            self._codes,
            self._options,
            ground=traced.ground,
            land_cover=land_cover,
            roads=self._passes.roads,
            buildings=buildings,
            cars=cars,
        )

    def _objects(
        self, traced: TracedRaster, pixels: PixelReader
    ) -> tuple[Buildings | None, Cars | None]:
        """Return the outlines of buildings and cars; None if they follow the pixels."""
        gsd_m = self._grid.gsd_m
        self._reporter.progress(0.8, "Fitting cars")
        cars = self._traced_cars(traced, pixels)
        if self._options.outlines != "regularized":
            return None, cars
        regions = traced.objects.polygons[traced.objects.codes == self._codes.building]
        least_px = minimum_pixels(self._options, self._grid.pixel_area_m2)["buildings"]
        regions = regions[shapely.area(regions) >= least_px]
        parts = []
        for number, region in enumerate(regions):
            self._report(number, len(regions), "Measuring buildings", 0.8, 0.88)
            parts += building_parts(pixels.around(region), self._codes.tree, gsd_m)
        self._reporter.progress(0.88, "Fitting walls of buildings")
        self._reporter.raise_if_canceled()
        return regularized(parts), cars

    def _traced_cars(self, traced: TracedRaster, pixels: PixelReader) -> Cars | None:
        if not self._codes.car:
            return None
        regions = traced.objects.polygons[traced.objects.codes == self._codes.car]
        if self._options.outlines == "pixels":
            least_px = minimum_pixels(self._options, self._grid.pixel_area_m2)["cars"]
            regions = regions[shapely.area(regions) >= least_px]
            return unfitted(regions, (pixels.around(region) for region in regions))
        return fitted(
            (pixels.around(region) for region in regions),
            self._grid.gsd_m,
            self._options.minimum_car_m2,
        )

    def _report(self, number: int, count: int, stage: str, start: float, end: float) -> None:
        if number % REPORT_EVERY == 0:
            self._reporter.raise_if_canceled()
            self._reporter.progress(start + (end - start) * number / count, stage)

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

    def _scratch_array(self, name: str) -> np.ndarray:
        return scratch_array(scratch_path(self._scratch, name), self._grid)

    def _readers(self) -> tuple[ReadWindow | None, ReadWindow | None]:
        confidence = self._source.confidence if self._source.has_confidence else None
        return confidence, None if self._heights is None else self._heights.read


def _warn_of_missing(legend: Legend, options: PolygonOptions, reporter: Reporter) -> None:
    missing: dict[str, list[str]] = {}
    for layer in requested_layers(options):
        if layer.class_name and not legend.has(layer.class_name):
            missing.setdefault(layer.class_name, []).append(f"'{layer.name}'")
    for class_name, names in missing.items():
        layers = f"layer {names[0]} stays" if len(names) == 1 else f"layers {', '.join(names)} stay"
        reporter.warn(f"The legend has no class '{class_name}', so the {layers} empty.")
