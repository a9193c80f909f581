# SPDX-License-Identifier: GPL-2.0-or-later
"""Extents of layers: in another CRS, as a record for jobs, and how much of one another covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsCoordinateTransform, QgsCsException

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateTransformContext, QgsRasterLayer, QgsRectangle

    from ..protocol import Extent


def extent_in(
    image: QgsRasterLayer, other: QgsRasterLayer, transform_context: QgsCoordinateTransformContext
) -> Optional[QgsRectangle]:
    """Return the extent of `other` in the image's CRS; None if it cannot be transformed."""
    transform = QgsCoordinateTransform(other.crs(), image.crs(), transform_context)
    try:
        return transform.transformBoundingBox(other.extent())
    except QgsCsException:
        return None


def coverage_of(
    image: QgsRasterLayer, other: QgsRasterLayer, context: QgsCoordinateTransformContext
) -> float:
    """Return the fraction (0..1) of the image's extent that `other` covers."""
    extent, covering = image.extent(), extent_in(image, other, context)
    if covering is None or extent.area() <= 0 or not extent.intersects(covering):
        return 0.0  # the intersection of rectangles that are apart has an infinite area
    return float(extent.intersect(covering).area() / extent.area())


def extent_of(rectangle: QgsRectangle) -> Extent:
    """Return a rectangle in the form used in jobs."""
    return (rectangle.xMinimum(), rectangle.yMinimum(), rectangle.xMaximum(), rectangle.yMaximum())
