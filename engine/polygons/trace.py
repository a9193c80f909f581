# SPDX-License-Identifier: GPL-2.0-or-later
"""Vectorization of a class raster on disk to a GeoPackage of polygons.

Strips are read and traced one by one; finished polygons are measured and written. Memory is
limited to one strip and the unfinished outlines, regardless of the size of the raster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .features import measure
from .geopackage import LayerTotal, PolygonFile
from .layers import LAYERS, drawn_codes, minimum_px
from .source import ClassSource
from .tracer import Traced, Tracer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..process.reporter import Reporter
    from ..protocol import Legend
    from ..raster.grid import RasterGrid
    from ..raster.height_above_ground import HeightReader

STAGE = "Tracing polygons"


def trace_polygons(
    classes: Path,
    destination: Path,
    *,
    legend: Legend,
    minimum_areas_m2: Mapping[str, float],
    confidence: Path | None,
    heights: HeightReader | None,
    reporter: Reporter,
    dated_by: Path | None = None,
) -> dict[str, LayerTotal]:
    """Trace the layers of `LAYERS` along the edges of pixels.

    Args:
        classes: path of the class raster, one band of uint8 codes.
        destination: path of the new GeoPackage; must not exist yet.
        legend: legend of the codes; layers whose class is missing stay empty.
        minimum_areas_m2: minimum areas by layer name; smaller polygons are dropped.
        confidence: path of the confidence raster in percent on the same grid, or None.
        heights: reader of heights above ground on the same grid, or None.
        reporter: receiver of progress and warnings.
        dated_by: file whose modification time is the date of the GeoPackage; None: `classes`.

    Returns:
        Number and area of polygons, by layer name.

    Raises:
        InputError: if a raster cannot be used.
        OutputError: if the GeoPackage cannot be written.
        JobCanceled: if the job was canceled.
    """
    _warn_of_missing(legend, reporter)
    with ClassSource(classes, confidence) as source:
        grid = source.grid
        file = PolygonFile(destination, grid.crs.to_wkt(), _modified_s(dated_by or classes))
        tracer = Tracer(grid.width, minimum_px(legend, minimum_areas_m2, grid.pixel_area_m2))
        drawn = _drawn(legend)
        for window, codes, percents in source.strips(legend):
            reporter.raise_if_canceled()
            heights_m = None if heights is None else heights.read(window)
            _add(file, tracer.feed(drawn[codes], percents, heights_m), legend, grid)
            reporter.progress((window.row + window.height) / grid.height, STAGE)
        _add(file, tracer.finish(), legend, grid)
        return file.finish()


def _modified_s(path: Path) -> float:
    """Return the modification time in seconds since 1970; 0 for paths that only GDAL can open."""
    return path.stat().st_mtime if path.exists() else 0.0


def _drawn(legend: Legend) -> np.ndarray:
    """Return a lookup table that sets the codes that are not vectorized to 0, (256,) uint8."""
    table = np.zeros(256, np.uint8)
    for code in drawn_codes(legend):
        table[code] = code
    return table


def _add(file: PolygonFile, traced: Traced, legend: Legend, grid: RasterGrid) -> None:
    """Write the polygons of each code to its layer."""
    for code, layer in drawn_codes(legend).items():
        chosen = np.flatnonzero(traced.codes == code)
        if len(chosen):
            file.add(layer, measure(traced.take(chosen), grid))


def _warn_of_missing(legend: Legend, reporter: Reporter) -> None:
    for layer in LAYERS:
        if not legend.has(layer.class_name):
            reporter.warn(
                f"The legend has no class '{layer.class_name}', so the layer '{layer.name}' "
                "stays empty."
            )
