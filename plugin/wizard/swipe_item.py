# SPDX-License-Identifier: GPL-2.0-or-later
"""Canvas item of a swipe: the picture of another map, from the left edge to an upright line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Tuple

from qgis.gui import QgsMapCanvasItem
from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPen

from ..i18n import tr

if TYPE_CHECKING:
    from qgis.core import QgsMapSettings
    from qgis.gui import QgsMapCanvas
    from qgis.PyQt.QtGui import QImage, QPainter

LINES = ((QColor(0, 0, 0, 160), 5.0), (QColor(255, 255, 255), 3.0))  # seen on any map
MARGIN_PX = 8
PADDING_PX = 4

View = Tuple[float, ...]


class SwipeItem(QgsMapCanvasItem):  # type: ignore[misc]
    """Picture left of the line, with the words *Before* and *After* beside it.

    Args:
        canvas: map canvas, which shows the map right of the line.
    """

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._picture: Optional[QImage] = None
        self._view: View = ()
        self._fraction = 0.5

    @property
    def line_px(self) -> float:
        """Distance of the line from the left edge of the map."""
        return self._fraction * self._canvas.viewport().width()

    @property
    def is_drawn(self) -> bool:
        """Whether there is a picture of what the map shows; one of another place is not shown."""
        return self._picture is not None and self._view == view_of(self._canvas.mapSettings())

    def show_picture(self, picture: QImage, settings: QgsMapSettings) -> None:
        """Show a picture of the map, until the map shows something else."""
        self._picture, self._view = picture, view_of(settings)
        self.update()

    def move_to(self, fraction: float) -> None:
        """Move the line to a fraction of the width of the map, 0..1."""
        self._fraction = min(1.0, max(0.0, fraction))
        self.update()

    def updatePosition(self) -> None:
        """Draw again, as the map was moved; the item itself fills the map and stays."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the visible part of the map in pixels."""
        return QRectF(self._canvas.viewport().rect())

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Paint the picture, the line and the words."""
        whole, line_px = self.boundingRect(), self.line_px
        if self._picture is not None and self.is_drawn:
            painter.save()
            painter.setClipRect(QRectF(0.0, 0.0, line_px, whole.height()))
            painter.drawImage(whole, self._picture, QRectF(self._picture.rect()))
            painter.restore()
        for color, width_px in LINES:
            painter.setPen(QPen(color, width_px))
            painter.drawLine(QPointF(line_px, 0.0), QPointF(line_px, whole.height()))
        self._paint_word(
            painter, tr("Before") if self.is_drawn else tr("Drawing…"), line_px, is_left=True
        )
        self._paint_word(painter, tr("After"), line_px, is_left=False)

    def _paint_word(self, painter: QPainter, word: str, line_px: float, *, is_left: bool) -> None:
        metrics = QFontMetricsF(painter.font())
        width_px = metrics.horizontalAdvance(word)
        left_px = line_px - MARGIN_PX - width_px if is_left else line_px + MARGIN_PX
        # At the lower edge, because QGIS's messages lie over the upper one.
        top_px = self.boundingRect().height() - MARGIN_PX - metrics.height()
        box = QRectF(left_px, top_px, width_px, metrics.height())
        frame = box.adjusted(-PADDING_PX, -PADDING_PX, PADDING_PX, PADDING_PX)
        painter.fillRect(frame, QColor(0, 0, 0, 160))
        painter.setPen(QColor(255, 255, 255))
        painter.drawText(QPointF(left_px, top_px + metrics.ascent()), word)


def view_of(settings: QgsMapSettings) -> View:
    """Return what must be equal for two pictures of a map to lie upon each other."""
    extent, size = settings.visibleExtent(), settings.outputSize()
    corners = (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())
    return (*corners, settings.rotation(), size.width(), size.height())
