# SPDX-License-Identifier: GPL-2.0-or-later
"""Map tool that drags the line of a swipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.gui import QgsMapTool
from qgis.PyQt.QtCore import Qt, pyqtSignal

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas, QgsMapMouseEvent


class SwipeTool(QgsMapTool):  # type: ignore[misc]
    """Tool that emits `dragged` with the fraction of the map's width, 0..1, at the pointer.

    Args:
        canvas: map canvas.
    """

    dragged = pyqtSignal(float)

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def canvasPressEvent(self, event: QgsMapMouseEvent) -> None:
        """Take the line to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag(event)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """Drag the line along while the button is pressed."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event)

    def _drag(self, event: QgsMapMouseEvent) -> None:
        self.dragged.emit(event.pos().x() / max(1, self._canvas.viewport().width()))
