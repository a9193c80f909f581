# SPDX-License-Identifier: GPL-2.0-or-later
"""Bar whose parts have the colors of the classes and the lengths of their shares."""

from __future__ import annotations

from typing import Any, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QEvent, QRectF, QSize
from qgis.PyQt.QtGui import QColor, QPainter, QPalette
from qgis.PyQt.QtWidgets import QSizePolicy, QToolTip, QWidget

from .summary import ClassShare, share_text


class ClassBar(QWidget):
    """Horizontal bar of class shares, as high as a line of text."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_class_bar")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._shares: Tuple[ClassShare, ...] = ()

    def show_shares(self, shares: Sequence[ClassShare]) -> None:
        """Show the shares from left to right."""
        self._shares = tuple(shares)
        self.setAccessibleDescription(", ".join(map(share_text, self._shares)))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of a line of text."""
        return QSize(100, self.fontMetrics().lineSpacing())

    def paintEvent(self, event: Any) -> None:
        """Paint the parts, and an outline that also bounds white parts."""
        painter = QPainter(self)
        for share, part in self._parts():
            painter.fillRect(part, QColor(*share.color))
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def event(self, event: QEvent) -> bool:
        """Show the class under the mouse as a tooltip."""
        if event.type() == QEvent.Type.ToolTip:
            texts = [share_text(share) for share, part in self._parts() if _holds(part, event)]
            QToolTip.showText(event.globalPos(), "".join(texts[:1]), self)
            return True
        return super().event(event)

    def _parts(self) -> Tuple[Tuple[ClassShare, QRectF], ...]:
        parts, left_px = [], 0.0
        for share in self._shares:
            width_px = share.fraction * self.width()
            parts.append((share, QRectF(left_px, 0.0, width_px, self.height())))
            left_px += width_px
        return tuple(parts)


def _holds(part: QRectF, event: Any) -> bool:
    return part.left() <= event.pos().x() < part.right()
