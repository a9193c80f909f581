# SPDX-License-Identifier: GPL-2.0-or-later
"""Map tool that returns the clicked point; it is put away with the right button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsMapToolEmitPoint
from qgis.PyQt.QtCore import Qt, pyqtSignal

if TYPE_CHECKING:
    from qgis.core import QgsPointXY
    from qgis.gui import QgsMapCanvas


class PickTool(QgsMapToolEmitPoint):  # type: ignore[misc]
    """Tool for taking shapes; emits `picked` with the point in the CRS of the map.

    Args:
        canvas: map canvas.
    """

    picked = pyqtSignal(object)
    put_away = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.canvasClicked.connect(self._on_click)

    def _on_click(self, point: QgsPointXY, button: Qt.MouseButton) -> None:
        if button == Qt.MouseButton.LeftButton:
            self.picked.emit(point)
        else:
            self._canvas.unsetMapTool(self)
            self.put_away.emit()
