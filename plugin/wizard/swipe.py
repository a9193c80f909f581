# SPDX-License-Identifier: GPL-2.0-or-later
"""Two maps in one view: what was before left of a line that one drags, what the map shows right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Optional

from qgis.core import QgsMapRendererParallelJob, QgsMapSettings
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from .swipe_item import SwipeItem
from .swipe_tool import SwipeTool

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer


class Swipe(QObject):
    """Swipe over the map, drawn in the background whenever the map is drawn.

    Args:
        iface: QGIS interface.
        layers: function that returns the layers of the map before, top first.
        parent: parent object.
    """

    ended = pyqtSignal()  # the user took another map tool

    def __init__(
        self, iface: Any, layers: Callable[[], List[QgsMapLayer]], parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._iface, self._canvas, self._layers = iface, iface.mapCanvas(), layers
        self._item: Optional[SwipeItem] = None
        self._tool: Optional[SwipeTool] = None
        self._job: Optional[QgsMapRendererParallelJob] = None
        self._is_outdated = False  # the map was drawn again while the job was running

    @property
    def is_on(self) -> bool:
        """Whether the line is on the map."""
        return self._item is not None

    def start(self) -> None:
        """Put the line in the middle of the map."""
        if self._item is not None:
            return
        self._item, self._tool = SwipeItem(self._canvas), SwipeTool(self._canvas)
        self._item.show()
        self._tool.dragged.connect(self._item.move_to)
        self._canvas.setMapTool(self._tool)
        self._tool.deactivated.connect(self._on_deactivated)
        self._canvas.mapCanvasRefreshed.connect(self._draw)
        self._draw()

    def stop(self) -> None:
        """Take the line away, and return to moving the map; may be called more than once."""
        tool = self._tool
        self._take_away()
        if tool is not None and self._canvas.mapTool() == tool:
            self._iface.actionPan().trigger()

    def _take_away(self) -> None:
        item, self._item = self._item, None
        tool, self._tool = self._tool, None
        if item is None or tool is None:
            return
        self._canvas.mapCanvasRefreshed.disconnect(self._draw)
        tool.deactivated.disconnect(self._on_deactivated)
        if self._job is not None:
            self._job.finished.disconnect(self._show)
            self._job.cancel()
            self._job = None
        self._canvas.scene().removeItem(item)
        tool.deleteLater()

    def _draw(self) -> None:
        """Draw the map before."""
        if self._item is None:
            return
        if self._job is not None and self._job.isActive():
            self._is_outdated = True
            return
        self._is_outdated = False
        settings = QgsMapSettings(self._canvas.mapSettings())
        settings.setLayers(self._layers())
        self._job = QgsMapRendererParallelJob(settings)
        self._job.finished.connect(self._show)
        self._job.start()

    def _show(self) -> None:
        if self._job is None or self._item is None:
            return
        if self._is_outdated:
            QTimer.singleShot(0, self._draw)  # not here, as a new job deletes this one
        else:
            self._item.show_picture(self._job.renderedImage(), self._job.mapSettings())

    def _on_deactivated(self) -> None:
        self._take_away()
        self.ended.emit()
