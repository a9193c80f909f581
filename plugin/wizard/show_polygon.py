# SPDX-License-Identifier: GPL-2.0-or-later
"""Shows a drawn polygon of a report on the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsRectangle,
)

from ..i18n import tr
from ..layers.map_canvas import SMALLEST_MARGIN_M, zoom_to_feature
from .draft_layers import image_of, labels_of

if TYPE_CHECKING:
    from ..protocol import PolygonChange
    from .page import WizardContext


def show_polygon(change: PolygonChange, context: WizardContext) -> str:
    """Zoom to a polygon and flash it; return what is in the way, or an empty string.

    Args:
        change: polygon of the report.
        context: project, map and draft.
    """
    draft, canvas, project = context.draft.value, context.canvas, context.project
    layer = labels_of(draft, project)
    if layer is not None and change.scene == 0:
        feature = layer.getFeature(change.fid)
        if feature.isValid() and feature.hasGeometry():
            zoom_to_feature(feature, layer, canvas, project)
            canvas.flashFeatureIds(layer, [change.fid])
            return ""
    image = image_of(draft, project)
    if image is None:
        return tr("The polygon cannot be shown: its layer and the image are no longer there.")
    crs = canvas.mapSettings().destinationCrs()
    transform = QgsCoordinateTransform(image.crs(), crs, project.transformContext())
    x, y = change.center
    around = QgsRectangle(x, y, x, y).buffered(SMALLEST_MARGIN_M)
    try:
        canvas.setExtent(transform.transformBoundingBox(around))
    except QgsCsException:
        return tr("The polygon cannot be shown: its place is outside of the project's CRS.")
    canvas.refresh()
    canvas.flashGeometries([QgsGeometry.fromPointXY(QgsPointXY(x, y))], image.crs())
    return ""
