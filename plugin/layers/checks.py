# SPDX-License-Identifier: GPL-2.0-or-later
"""What can be told wrong about layers in an instant, before the engine starts.

Every check gives plain sentences; none means nothing was found. The engine checks again, and
deeper: it also serves the shell, where there are no layers. What counts is the layer's CRS: a job
carries the one that the user gave the layer, where it is not the file's.
"""

from __future__ import annotations

from typing import Mapping, Optional, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsRasterLayer,
    QgsRectangle,
)

from ..protocol import Extent, InputError, find_bands
from .bands import band_traits
from .inputs import raster_source


def layer_crs(layer: QgsRasterLayer) -> QgsCoordinateReferenceSystem:
    """Return the CRS in which a job reads the layer: the file's, or the one the layer was given."""
    return layer.crs()


def raster_problems(layer: QgsRasterLayer, title: str) -> Tuple[str, ...]:
    """Return what keeps a raster from being read; `title` names it: `image`, `DSM`."""
    try:
        raster_source(layer)
    except InputError as error:
        return (str(error),)
    if not layer_crs(layer).isValid():
        return (
            f"The {title} '{layer.name()}' has no CRS, so its place is unknown: set the CRS of the "
            "layer (right-click, Layer CRS > Set Layer CRS…), or write it into the file (Raster > "
            "Projections > Assign Projection).",
        )
    return ()


def grid_problems(image: QgsRasterLayer) -> Tuple[str, ...]:
    """Return what keeps sizes in meters from being measured on the image's grid."""
    crs = layer_crs(image)
    if not crs.isGeographic():
        return ()
    return (
        f"The CRS of '{image.name()}' ({crs.authid()}) is geographic, in degrees, so areas "
        "in square meters cannot be measured: reproject it to a projected CRS such as UTM "
        "(Raster > Projections > Warp).",
    )


def band_problems(image: QgsRasterLayer, given: Mapping[str, int]) -> Tuple[str, ...]:
    """Return what is wrong with the bands of an image; `given` is a number or 0 by role."""
    try:
        find_bands(tuple(given), given, band_traits(image))
    except InputError as error:
        return (str(error),)
    return ()


def band_number_problems(layer: QgsRasterLayer, number: int, title: str) -> Tuple[str, ...]:
    """Return what is wrong with the one band used of a heights raster."""
    if number <= layer.bandCount():
        return ()
    return (
        f"Band {number} of the {title} is asked for, but '{layer.name()}' has "
        f"{layer.bandCount()}: choose another band.",
    )


def overlap_problems(
    image: QgsRasterLayer,
    other: QgsRasterLayer,
    title: str,
    transform_context: QgsCoordinateTransformContext,
) -> Tuple[str, ...]:
    """Return what is wrong with where `other` lies; `title` names it: `DSM`."""
    extent = extent_in(image, other, transform_context)
    if extent is not None and extent.intersects(image.extent()):
        return ()
    return (
        f"The image '{image.name()}' and the {title} '{other.name()}' do not overlap: choose a "
        f"{title} of the same place, or correct the CRS of one of them.",
    )


def extent_problems(image: QgsRasterLayer, extent: Optional[Extent]) -> Tuple[str, ...]:
    """Return what is wrong with a rectangle, in the image's CRS, that is to be labeled."""
    if extent is None or QgsRectangle(*extent).intersects(image.extent()):
        return ()
    return (
        f"The extent lies outside the image '{image.name()}': choose one inside it, or leave the "
        "extent empty to label the whole image.",
    )


def extent_in(
    image: QgsRasterLayer, other: QgsRasterLayer, transform_context: QgsCoordinateTransformContext
) -> Optional[QgsRectangle]:
    """Return the extent of `other` in the image's CRS; None where it cannot be expressed in it."""
    transform = QgsCoordinateTransform(layer_crs(other), layer_crs(image), transform_context)
    try:
        return transform.transformBoundingBox(other.extent())
    except QgsCsException:
        return None
