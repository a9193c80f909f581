# SPDX-License-Identifier: GPL-2.0-or-later
"""Fast checks of layers before the engine starts.

Each check returns messages for the user, none if there is no problem. The engine repeats the
checks and reads pixels too, because it also serves the command line, which has no layers. Checks
use the CRS of the layer: a job includes it where it differs from that of the file.
"""

from __future__ import annotations

from typing import Mapping, Optional, Tuple

from qgis.core import QgsCoordinateTransformContext, QgsRasterLayer, QgsRectangle

from ..protocol import Extent, InputError, find_bands
from .bands import band_traits
from .extents import extent_in
from .inputs import raster_source
from .tiles import tiles_of


def raster_problems(layer: QgsRasterLayer, title: str) -> Tuple[str, ...]:
    """Return why a raster cannot be read; `title` names it, as `image` or `DSM`."""
    try:
        raster_source(layer)
    except InputError as error:
        return (str(error),)
    if not layer.crs().isValid():
        return (
            f"The {title} '{layer.name()}' has no CRS, so its location is unknown. Set the CRS of "
            "the layer (right-click, Layer CRS > Set Layer CRS…), or write it into the file "
            "(Raster > Projections > Assign Projection).",
        )
    return ()


def grid_problems(image: QgsRasterLayer) -> Tuple[str, ...]:
    """Return why sizes in meters cannot be measured on the image's grid."""
    crs = image.crs()
    if not crs.isGeographic():
        return ()
    return (
        f"The CRS of '{image.name()}' ({crs.authid()}) is geographic, in degrees, so areas "
        "in square meters cannot be measured. Reproject the image to a projected CRS such as UTM "
        "(Raster > Projections > Warp).",
    )


def band_problems(image: QgsRasterLayer, given: Mapping[str, int]) -> Tuple[str, ...]:
    """Return problems of the image's bands; `given` holds a band number, or 0, by role."""
    try:
        find_bands(tuple(given), given, band_traits(image))
    except InputError as error:
        return (str(error),)
    return ()


def band_number_problems(layer: QgsRasterLayer, number: int, title: str) -> Tuple[str, ...]:
    """Return problems of the band number of a heights raster."""
    if number <= layer.bandCount():
        return ()
    return (
        f"Band {number} of the {title} does not exist (the last band of '{layer.name()}' is "
        f"{layer.bandCount()}). Choose another band.",
    )


def overlap_problems(
    image: QgsRasterLayer,
    other: QgsRasterLayer,
    title: str,
    transform_context: QgsCoordinateTransformContext,
) -> Tuple[str, ...]:
    """Return a problem if `other` does not overlap the image; `title` names it, as `DSM`."""
    if tiles_of(image) or tiles_of(other):  # a layer may show one of many files
        return ()
    extent = extent_in(image, other, transform_context)
    if extent is not None and extent.intersects(image.extent()):
        return ()
    return (
        f"The image '{image.name()}' and the {title} '{other.name()}' do not overlap. Choose a "
        f"{title} of the same area, or correct the CRS of one of them.",
    )


def extent_problems(image: QgsRasterLayer, extent: Optional[Extent]) -> Tuple[str, ...]:
    """Return a problem if the extent to label, in the image's CRS, lies outside the image."""
    if extent is None or tiles_of(image) or QgsRectangle(*extent).intersects(image.extent()):
        return ()
    return (
        f"The extent lies outside the image '{image.name()}'. Choose one inside it, or leave the "
        "extent empty to label the whole image.",
    )
