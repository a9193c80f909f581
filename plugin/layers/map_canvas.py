# SPDX-License-Identifier: GPL-2.0-or-later
"""Extents of the map canvas: zooming to a layer or feature, and the visible extent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.core import QgsCoordinateTransform, QgsCsException

from .extents import extent_of

if TYPE_CHECKING:
    from qgis.core import QgsFeature, QgsMapLayer, QgsProject, QgsRectangle, QgsVectorLayer
    from qgis.gui import QgsMapCanvas

    from ..protocol import Extent

MARGIN = 1.05
SURROUNDINGS = 1.0  # on each side of a feature, in sizes of it
SMALLEST_MARGIN_M = 15.0  # around cars and points; results are in meters


def zoom_to_layer(layer: QgsMapLayer, canvas: QgsMapCanvas, project: QgsProject) -> None:
    """Zoom the map to the full extent of `layer`."""
    extent = layer.extent()
    extent.scale(MARGIN)
    zoom_to_extent(extent, layer, canvas, project)


def zoom_to_extent(
    extent: QgsRectangle, layer: QgsMapLayer, canvas: QgsMapCanvas, project: QgsProject
) -> None:
    """Zoom the map to an extent in the CRS of `layer`."""
    transform = QgsCoordinateTransform(
        layer.crs(), canvas.mapSettings().destinationCrs(), project.transformContext()
    )
    canvas.setExtent(transform.transformBoundingBox(extent))
    canvas.refresh()


def zoom_to_feature(
    feature: QgsFeature, layer: QgsVectorLayer, canvas: QgsMapCanvas, project: QgsProject
) -> None:
    """Zoom the map to a feature and its surroundings."""
    box = feature.geometry().boundingBox()
    margin = max(SURROUNDINGS * max(box.width(), box.height()), SMALLEST_MARGIN_M)
    zoom_to_extent(box.buffered(margin), layer, canvas, project)


def visible_extent(
    canvas: QgsMapCanvas, layer: QgsMapLayer, project: QgsProject
) -> Optional[Extent]:
    """Return the visible extent of the map in the CRS of `layer`; None if transforming fails."""
    settings = canvas.mapSettings()
    transform = QgsCoordinateTransform(
        settings.destinationCrs(), layer.crs(), project.transformContext()
    )
    try:
        return extent_of(transform.transformBoundingBox(settings.visibleExtent()))
    except QgsCsException:
        return None
