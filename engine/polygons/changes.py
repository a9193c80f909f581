# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes between two class rasters on the same pixels: outlines and areas.

Each connected region that had one class and now has another is one polygon. Pixels without a class
before or after are no change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyogrio
import shapely

from ..outputs.destination import destination_error
from ..protocol import InputError
from .features import place
from .geopackage import BATCH_CORNERS, GEOPACKAGE, WRITE_ERRORS, writing_aside
from .tracer import Traced, Tracer

if TYPE_CHECKING:
    from pathlib import Path

    from ..process.reporter import Reporter
    from ..protocol import Extent, Legend
    from ..raster.grid import RasterGrid
    from .source import ClassSource

LAYER = "changed"
TRACED_AT_ONCE = 255  # kinds of change that fit into the codes of one tracer
_SAME_PLACE_PX = 0.01


class _Kind(NamedTuple):
    """Index of the class before and of the class after, in the legend."""

    before: int
    after: int


def common_extent(before: RasterGrid, after: RasterGrid) -> Extent:
    """Return the rectangle that both rasters cover, in their CRS.

    Raises:
        InputError: if their pixels do not coincide, or they do not overlap.
    """
    offset_px = ~before.transform @ after.transform
    moved_px = np.array([offset_px.c, offset_px.f])
    linear = np.array([offset_px.a, offset_px.b, offset_px.d, offset_px.e])
    is_same = np.allclose(linear, (1, 0, 0, 1), rtol=0, atol=_SAME_PLACE_PX / before.width)
    is_whole = np.allclose(moved_px, np.round(moved_px), rtol=0, atol=_SAME_PLACE_PX)
    if before.crs != after.crs or not is_same or not is_whole:
        raise InputError(
            "The two class rasters are not on the same pixels, so they cannot be compared: choose "
            "the results of two label jobs of the same image."
        )
    column, row = np.round(moved_px).astype(int)
    left, top = max(0, column), max(0, row)
    right = min(before.width, column + after.width)
    bottom = min(before.height, row + after.height)
    if right <= left or bottom <= top:
        raise InputError(
            "The two class rasters do not overlap: choose the results of the same area."
        )
    corners = [before.transform @ (x, y) for x in (left, right) for y in (top, bottom)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


class ChangeTracer:
    """Tracer of the changes of two rasters, strip by strip; then their areas are complete.

    Args:
        width: width of the rasters in pixels.
        legend: legend of both rasters.
        minimum_px: number of pixels of the smallest change that is traced.

    Attributes:
        pixels: number of pixels by index of the class before and after, (n, n) int64.
    """

    def __init__(self, width: int, legend: Legend, minimum_px: float) -> None:
        """Start above the first row."""
        codes = np.array(legend.codes)
        self._index = np.full(256, -1)
        self._index[codes] = np.arange(len(codes))
        self._count = len(codes)
        rounds = -(-(self._count**2) // TRACED_AT_ONCE)
        self._tracers = [Tracer(width, np.full(256, minimum_px)) for _ in range(rounds)]
        self.pixels = np.zeros((self._count, self._count), np.int64)

    def feed(self, before: np.ndarray, after: np.ndarray) -> list[tuple[_Kind, np.ndarray]]:
        """Trace the next rows; return the polygons that they complete, by kind of change.

        Args:
            before: codes before, (h, w) uint8.
            after: codes after, (h, w) uint8.

        Returns:
            Kinds of change with shapely polygons in pixel space.
        """
        old, new = self._index[before], self._index[after]
        is_known = (old >= 0) & (new >= 0)
        number = old * self._count + new
        self.pixels += np.bincount(number[is_known], minlength=self.pixels.size).reshape(
            self.pixels.shape
        )
        number[~is_known | (old == new)] = -1
        found = []
        for turn, tracer in enumerate(self._tracers):
            code = number - turn * TRACED_AT_ONCE
            code[(code < 0) | (code >= TRACED_AT_ONCE)] = -1
            found += self._kinds(tracer.feed((code + 1).astype(np.uint8)), turn)
        return found

    def finish(self) -> list[tuple[_Kind, np.ndarray]]:
        """Return the polygons that reach the last row."""
        return [
            kind
            for turn, tracer in enumerate(self._tracers)
            for kind in self._kinds(tracer.finish(), turn)
        ]

    def _kinds(self, traced: Traced, turn: int) -> list[tuple[_Kind, np.ndarray]]:
        return [
            (
                _Kind(*divmod(int(code) - 1 + turn * TRACED_AT_ONCE, self._count)),
                traced.polygons[traced.codes == code],
            )
            for code in np.unique(traced.codes)
        ]


class ChangeFile:
    """Writer of the layer of changes, in batches.

    Args:
        path: path of the new GeoPackage; must not exist yet.
        grid: grid of the polygons.
        legend: legend of both rasters.
        dated_s: date written to the file, in seconds since 1970.

    Raises:
        OutputError: if the file cannot be written.
    """

    def __init__(self, path: Path, grid: RasterGrid, legend: Legend, dated_s: float) -> None:
        """Create the layer, without polygons."""
        self._path, self._grid, self._dated_s = path, grid, dated_s
        self._names = np.array([each.name for each in legend.classes], object)
        self._waiting: list[tuple[_Kind, np.ndarray]] = []
        self._corners, self._exists = 0, False
        self.written = 0

    def add(self, found: list[tuple[_Kind, np.ndarray]]) -> None:
        """Add polygons; write the batch when it is large enough."""
        self._waiting += found
        self._corners += sum(int(shapely.get_num_coordinates(each).sum()) for _, each in found)
        if self._corners >= BATCH_CORNERS:
            self._write()

    def finish(self) -> None:
        """Write the remaining polygons, or an empty layer."""
        if self._waiting or not self._exists:
            self._write()

    def _write(self) -> None:
        parts = [each for _, each in self._waiting]
        polygons = np.concatenate([np.empty(0, object), *parts])
        kinds = np.repeat(
            np.array([kind for kind, _ in self._waiting], np.int64).reshape(-1, 2),
            [len(each) for each in parts],
            axis=0,
        )
        areas_m2 = np.round(shapely.area(polygons) * self._grid.pixel_area_m2, 4)
        try:
            with writing_aside(self._dated_s):
                pyogrio.raw.write(
                    self._path,
                    shapely.to_wkb(place(polygons, self._grid)),
                    [self._names[kinds[:, 0]], self._names[kinds[:, 1]], areas_m2],
                    ["before", "after", "area_m2"],
                    layer=LAYER,
                    **GEOPACKAGE,
                    geometry_type="Polygon",
                    crs=self._grid.crs.to_wkt(),
                    encoding="UTF-8",
                    append=self._exists,
                )
        except WRITE_ERRORS as error:
            raise destination_error(self._path, error) from error
        self._waiting, self._corners, self._exists = [], 0, True
        self.written += len(polygons)


def trace_changes(
    before: ClassSource,
    after: ClassSource,
    file: ChangeFile,
    *,
    legend: Legend,
    minimum_m2: float,
    reporter: Reporter,
) -> np.ndarray:
    """Write the polygons of all changes.

    Args:
        before: class raster before.
        after: class raster after, on the same grid.
        file: file to write to.
        legend: legend of both rasters.
        minimum_m2: smallest change in square meters.
        reporter: receiver of progress.

    Returns:
        Areas in square meters by class before and after, (n, n) float64, in the legend's order.

    Raises:
        InputError: if a raster cannot be read, or has codes that the legend does not have.
        OutputError: if the file cannot be written.
        JobCanceled: if the job was canceled.
    """
    grid = before.grid
    tracer = ChangeTracer(grid.width, legend, minimum_m2 / grid.pixel_area_m2 * (1 - 1e-9))
    for window, codes, _ in before.strips(legend):
        reporter.raise_if_canceled()
        reporter.progress(window.row / grid.height, "Outlining the changes")
        file.add(tracer.feed(codes, after.codes(window, legend)))
    file.add(tracer.finish())
    file.finish()
    reporter.progress(1.0, "Outlining the changes")
    return tracer.pixels * grid.pixel_area_m2
