# SPDX-License-Identifier: GPL-2.0-or-later
"""Properties of raster layers, read on the main thread without reading pixels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional, Tuple

from ..layers.checks import grid_problems, overlap_problems, raster_problems
from ..layers.extents import coverage_of, extent_of
from ..layers.gsd import gsd_m
from ..layers.inputs import file_and_layer, raster_source
from .state import HeightsLayer, RasterProperties

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateTransformContext, QgsRasterLayer


def image_properties(layer: QgsRasterLayer) -> RasterProperties:
    """Return the properties of an image layer."""
    problems = raster_problems(layer, "image")
    return _properties(layer, problems or grid_problems(layer))


def class_properties(layer: QgsRasterLayer) -> RasterProperties:
    """Return the properties of a class raster."""
    problems = raster_problems(layer, "class raster")
    return _properties(layer, problems or grid_problems(layer))


def heights_input(
    layer: QgsRasterLayer,
    band: int,
    title: str,
    image: Optional[QgsRasterLayer],
    context: QgsCoordinateTransformContext,
) -> HeightsLayer:
    """Return the properties of a heights layer; `title` names it, as `DSM` or `DTM`."""
    problems = raster_problems(layer, title)
    coverage = 1.0
    if image is not None and not problems and not raster_problems(image, "image"):
        problems = overlap_problems(image, layer, title, context)
        coverage = coverage_of(image, layer, context)
    return HeightsLayer(_properties(layer, problems), band, coverage)


def _properties(layer: QgsRasterLayer, problems: Tuple[str, ...]) -> RasterProperties:
    if problems:
        return RasterProperties(title=layer.name(), problem=problems[0])
    crs = layer.crs()
    return RasterProperties(
        title=layer.name(),
        source=raster_source(layer),
        file=Path(file_and_layer(layer)[0]).name,
        crs=crs.authid() or crs.description(),
        gsd_m=gsd_m(layer),
        width_px=layer.width(),
        height_px=layer.height(),
        extent=extent_of(layer.extent()),
    )
