# SPDX-License-Identifier: GPL-2.0-or-later
"""What drawing changes in QGIS's window, and puts back at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple

from qgis.core import QgsGeometry, QgsRectangle, QgsSnappingConfig, QgsWkbTypes
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtGui import QColor

from ..layers.map_canvas import zoom_to_extent

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer, QgsVectorLayer

OPACITY = 0.5
FLASH = QColor(255, 0, 255)  # in no legend
MARK_PX = 3


class DrawingView:
    """Opacity of the result below, snapping, topological editing, map tool and suggested place.

    Args:
        iface: QGIS interface.
        project: open project.
    """

    def __init__(self, iface: Any, project: QgsProject) -> None:
        self._iface, self._project = iface, project
        self._opacities: Dict[str, float] = {}  # before drawing, by identifier of the layer
        self._mark: Optional[QgsRubberBand] = None  # of a suggested place
        self._snapping: Optional[Tuple[QgsSnappingConfig, bool, QgsSnappingConfig]] = None

    def show_below(self, base: Optional[QgsRasterLayer]) -> None:
        """Make the result below the drawn polygons half transparent."""
        if base is None or base.id() in self._opacities:
            return
        self._opacities[base.id()] = base.opacity()
        base.setOpacity(OPACITY)
        base.triggerRepaint()

    def snap(self) -> None:
        """Snap to the vertices of the active layer, and keep shared borders together."""
        if self._snapping is not None:
            return
        config = QgsSnappingConfig(self._project.snappingConfig())
        wanted = QgsSnappingConfig(config)
        self._snapping = config, self._project.topologicalEditing(), wanted
        wanted.setEnabled(True)
        wanted.setMode(QgsSnappingConfig.SnappingMode.ActiveLayer)
        self._project.setSnappingConfig(wanted)
        self._project.setTopologicalEditing(True)

    def draw_in(self, layer: QgsVectorLayer) -> None:
        """Make a layer the active one and start the polygon tool."""
        self._iface.setActiveLayer(layer)
        self._iface.actionAddFeature().trigger()

    def show_place(self, geometry: QgsGeometry, image: QgsMapLayer, margin: float) -> None:
        """Zoom to a place on the image, and flash it.

        Args:
            geometry: place in the CRS of the image.
            image: image layer.
            margin: width of the surroundings in units of its CRS.
        """
        canvas = self._iface.mapCanvas()
        zoom_to_extent(geometry.boundingBox().buffered(margin), image, canvas, self._project)
        canvas.flashGeometries([geometry], image.crs(), FLASH, FLASH)

    def show_box(self, box: QgsRectangle, image: QgsMapLayer) -> None:
        """Zoom to a box in the CRS of the image."""
        zoom_to_extent(box, image, self._iface.mapCanvas(), self._project)

    def mark(self, place: QgsRectangle, image: QgsMapLayer) -> None:
        """Mark a place in the CRS of the image until `unmark`."""
        self.unmark()
        mark = QgsRubberBand(self._iface.mapCanvas(), QgsWkbTypes.GeometryType.PolygonGeometry)
        mark.setStrokeColor(FLASH)
        mark.setFillColor(QColor(0, 0, 0, 0))
        mark.setWidth(MARK_PX)
        mark.setToGeometry(QgsGeometry.fromRect(place), image.crs())
        self._mark = mark

    def unmark(self) -> None:
        """Take the mark of a suggested place off the map."""
        mark, self._mark = self._mark, None
        if mark is not None:
            self._iface.mapCanvas().scene().removeItem(mark)

    def restore(self) -> None:
        """Put back what is still as drawing set it; may be called more than once."""
        self.unmark()
        for layer_id, opacity in self._opacities.items():
            layer = self._project.mapLayer(layer_id)
            if layer is not None and layer.opacity() == OPACITY:
                layer.setOpacity(opacity)
                layer.triggerRepaint()
        self._opacities = {}
        if self._snapping is None:
            return
        config, is_topological, wanted = self._snapping
        self._snapping = None
        # Not in another project, nor against what the user has changed meanwhile.
        if self._project.snappingConfig() == wanted:
            self._project.setSnappingConfig(config)
            self._project.setTopologicalEditing(is_topological)
