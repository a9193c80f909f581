# SPDX-License-Identifier: GPL-2.0-or-later
"""Properties of raster layers, read on the main thread without reading pixels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional, Tuple

from ..layers.checks import (
    extent_in,
    grid_problems,
    layer_crs,
    overlap_problems,
    raster_problems,
)
from ..layers.ground import gsd_m
from ..layers.inputs import file_and_layer, raster_source
from .state import Choice, RasterFacts

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateTransformContext, QgsRasterLayer, QgsRectangle

    from ..protocol import Extent


def image_facts(layer: QgsRasterLayer) -> RasterFacts:
    """Return the properties of an image layer."""
    problems = raster_problems(layer, "image")
    return _facts(layer, problems or grid_problems(layer))


def heights_choice(
    layer: QgsRasterLayer,
    band: int,
    title: str,
    image: Optional[QgsRasterLayer],
    context: QgsCoordinateTransformContext,
) -> Choice:
    """Return the properties of a heights layer; `title` names it, as `DSM` or `DTM`."""
    problems = raster_problems(layer, title)
    coverage = 1.0
    if image is not None and not problems and not raster_problems(image, "image"):
        problems = overlap_problems(image, layer, title, context)
        coverage = coverage_of(image, layer, context)
    return Choice(_facts(layer, problems), band, coverage)


def coverage_of(
    image: QgsRasterLayer, other: QgsRasterLayer, context: QgsCoordinateTransformContext
) -> float:
    """Return the fraction (0..1) of the image's extent that `other` covers."""
    extent, covering = image.extent(), extent_in(image, other, context)
    if covering is None or extent.area() <= 0:
        return 0.0
    return extent.intersect(covering).area() / extent.area()


def as_extent(rectangle: QgsRectangle) -> Extent:
    """Return a rectangle in the form used in jobs."""
    return (rectangle.xMinimum(), rectangle.yMinimum(), rectangle.xMaximum(), rectangle.yMaximum())


def _facts(layer: QgsRasterLayer, problems: Tuple[str, ...]) -> RasterFacts:
    if problems:
        return RasterFacts(title=layer.name(), problem=problems[0])
    crs = layer_crs(layer)
    return RasterFacts(
        title=layer.name(),
        source=raster_source(layer),
        file=Path(file_and_layer(layer)[0]).name,
        crs=crs.authid() or crs.description(),
        gsd_m=gsd_m(layer),
        width_px=layer.width(),
        height_px=layer.height(),
        extent=as_extent(layer.extent()),
    )
