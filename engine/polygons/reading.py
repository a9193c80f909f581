# SPDX-License-Identifier: GPL-2.0-or-later
"""Passes over a class raster: roads, small regions, and the tracing of all regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .codes import minimum_hole_px, minimum_region_px
from .coverage.clean import RegionCleaner
from .coverage.lattice import PinLattice
from .coverage.tracer import CoarseBorder, CoverageTracer
from .features import tallied
from .roads.settings import RoadCodes, RoadSettings
from .roads.shares import ShareReducer
from .roads.trace import roads_of_shares
from .tracer import Tracer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..process.reporter import Reporter
    from ..protocol import PolygonOptions
    from ..raster.grid import RasterGrid
    from ..raster.height_above_ground import HeightReader
    from ..tiling.window import Window
    from .codes import GroundCodes
    from .roads.trace import RoadNetwork
    from .source import ClassSource
    from .tracer import Traced

TOLERANCE_PX = 1.5  # default distance of simplified borders from the pixels


class RasterStrip(NamedTuple):
    """Rows of the raster in one pass.

    Args:
        window: position of the rows.
        codes: codes of the ground, with roads, (h, w) uint8.
        confidence: confidence in percent, (h, w) uint8, or None.
    """

    window: Window
    codes: np.ndarray
    confidence: np.ndarray | None


class Passes:
    """Passes over one class raster.

    Args:
        source: class raster and confidence.
        codes: codes of the ground.
        options: minimum areas and method.
        reporter: receiver of progress.
    """

    def __init__(
        self, source: ClassSource, codes: GroundCodes, options: PolygonOptions, reporter: Reporter
    ) -> None:
        self._source, self._codes, self._options = source, codes, options
        self._reporter = reporter
        self.roads: RoadNetwork | None = None

    @property
    def grid(self) -> RasterGrid:
        """Grid of the class raster."""
        return self._source.grid

    def find_roads(self) -> None:
        """Trace the road network, if the legend has sealed ground."""
        codes = self._codes
        if not codes.paved:
            return
        roles = RoadCodes(
            (codes.paved,),
            (codes.car,) if codes.car else (),
            (codes.tree,) if codes.tree else (),
        )
        cell_m = RoadSettings().cell_m
        reducer = ShareReducer(self.grid.width, roles, self.grid.gsd_m, cell_m)
        for strip in self.strips("Looking for roads", 0.0, 0.2):
            reducer.feed(strip.codes)
        self.roads = roads_of_shares(reducer.finish())

    def strips(
        self, stage: str, start: float, end: float, *, with_roads: bool = True
    ) -> Iterator[RasterStrip]:
        """Yield the raster from top to bottom, and report progress from `start` to `end`."""
        height, width = self.grid.height, self.grid.width
        for window, given, confidence in self._source.strips(self._codes.legend):
            codes = given
            self._reporter.raise_if_canceled()
            if with_roads and self.roads is not None:
                is_road = self.roads.area.rows(window.row, window.height, width)
                codes = self._codes.with_roads(codes, is_road)
            yield RasterStrip(window, codes, confidence)
            done = (window.row + window.height) / height
            self._reporter.progress(start + (end - start) * done, stage)

    def cleaner(self, start: float, end: float, *, with_cars: bool) -> RegionCleaner:
        """Return a cleaner that has surveyed the raster, with either cars or roads."""
        pixel_area_m2 = self.grid.pixel_area_m2
        least = minimum_region_px(self._codes, self._options, pixel_area_m2, with_cars=with_cars)
        holes = minimum_hole_px(self._codes, pixel_area_m2)
        if self._options.outlines == "pixels":
            least, holes = np.zeros(256), np.zeros(256)
        cleaner = RegionCleaner(self.grid.width, least, holes)
        stage = "Looking for small regions"
        for strip in self.strips(stage, start, end, with_roads=not with_cars):
            cleaner.survey(strip.codes)
        return cleaner

    def coverage_tracer(self) -> CoverageTracer:
        """Return a tracer with the tolerance of the options, and of the cells of roads at roads."""
        lattice = PinLattice(line=self._source.part.row, column=self._source.part.col)
        if self._options.outlines == "pixels":
            return CoverageTracer(self.grid.width, 0.0, lattice)
        tolerance_px = self._options.tolerance_m / self.grid.gsd_m or TOLERANCE_PX
        border = None
        if self.roads is not None:
            # Where a road meets other sealed ground, no pixel shows the border, only cells do.
            codes = (self._codes.road, self._codes.paved)
            border = CoarseBorder(codes, float(self.roads.area.cell_px))
        return CoverageTracer(self.grid.width, tolerance_px, lattice, border)


class Coverage(NamedTuple):
    """Regions that cover a raster.

    Args:
        codes: code of each region, (n,) uint8; nodata is a class.
        polygons: polygons in pixel space, (n,).
        measures: mean confidence and heights by field name, (n,) each.
    """

    codes: np.ndarray
    polygons: np.ndarray
    measures: dict[str, np.ndarray]

    @classmethod
    def of_strips(cls, strips: Iterable[Traced]) -> Coverage:
        """Return the regions that strips complete; the tallies are not kept."""
        parts = [(each.codes, each.polygons, tallied(each.tally)) for each in strips]
        codes, polygons, measures = zip(*parts, strict=True)
        return cls(
            np.concatenate(codes),
            np.concatenate(polygons),
            {name: np.concatenate([each[name] for each in measures]) for name in measures[0]},
        )


def trace_ground(
    passes: Passes,
    codes: GroundCodes,
    heights: HeightReader | None,
    arrays: tuple[np.ndarray, np.ndarray],
    on_objects: Callable[[Traced], None],
) -> Coverage:
    """Trace the coverage of the ground, and the objects that get outlines of their own.

    Args:
        passes: passes over the raster.
        codes: codes of the ground.
        heights: reader of heights above ground, or None.
        arrays: arrays (h, w) uint8 to fill with the codes of the objects and of the ground.
        on_objects: receiver of exact outlines of the regions of buildings and cars.
    """
    objects_array, ground_array = arrays
    cleaner = passes.cleaner(0.2, 0.4, with_cars=False)

    def strips() -> Iterator[Traced]:
        tracer = passes.coverage_tracer()
        objects_tracer = Tracer(passes.grid.width, np.zeros(256))
        for window, raw, confidence in passes.strips("Tracing polygons", 0.4, 0.7):
            clean = cleaner.clean(raw)
            of_objects = _objects(raw, clean, codes)
            objects_array[window.slices], ground_array[window.slices] = of_objects, clean
            heights_m = None if heights is None else heights.read(window)
            yield tracer.feed(codes.with_nodata(clean), confidence, heights_m)
            on_objects(objects_tracer.feed(of_objects))
        yield tracer.finish()
        on_objects(objects_tracer.finish())

    return Coverage.of_strips(strips())


def _objects(raw: np.ndarray, clean: np.ndarray, codes: GroundCodes) -> np.ndarray:
    """Return the codes of buildings and of cars outside them, 0 elsewhere, (h, w) uint8.

    A small region that a building absorbed is no part of its walls, which are fitted to the pixels.
    """
    objects = np.zeros_like(clean)
    if codes.car:
        objects[raw == codes.car] = codes.car
    if codes.building:
        objects[clean == codes.building] = 0
        objects[(clean == codes.building) & (raw == codes.building)] = codes.building
    return objects


def trace_land_cover(
    passes: Passes, codes: GroundCodes, heights: HeightReader | None, part: tuple[float, float]
) -> Coverage:
    """Trace the coverage of all classes of the legend."""
    start, end = part
    middle = (start + end) / 2
    cleaner = passes.cleaner(start, middle, with_cars=True)
    stage = "Tracing the land cover"

    def strips() -> Iterator[Traced]:
        tracer = passes.coverage_tracer()
        for window, raw, confidence in passes.strips(stage, middle, end, with_roads=False):
            clean = cleaner.clean(raw)
            heights_m = None if heights is None else heights.read(window)
            yield tracer.feed(codes.with_nodata(clean), confidence, heights_m)
        yield tracer.finish()

    return Coverage.of_strips(strips())
