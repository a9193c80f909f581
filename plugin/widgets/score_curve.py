# SPDX-License-Identifier: GPL-2.0-or-later
"""Curve of scores during a training, with the score before it as a dashed line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QPointF, QRectF, QSize, Qt
from qgis.PyQt.QtGui import QPainter, QPalette, QPen, QPolygonF, QTextOption
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy, QWidget

from ..i18n import tr

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QPaintEvent

SIZE_PX = (240, 130)
MARGIN_PX = 6
LINE_PX = 2.0
LEAST_RANGE = 0.1  # of the vertical axis, so that noise does not look like a gain
DOT_PX = 3.0


class ScoreCurve(QLabel):
    """Painted curve; the horizontal axis is the whole training.

    It is a label, because themes of QGIS set the colors of labels, not those of plain widgets.

    Args:
        parent: parent widget.
    """

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._points: Tuple[Tuple[float, float], ...] = ()
        self._base: Optional[float] = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_scores(self, points: Sequence[Tuple[float, float]], base: Optional[float]) -> None:
        """Show scores.

        Args:
            points: completed fraction of the training and score, both 0..1.
            base: score before; None if it is unknown.
        """
        if (tuple(points), base) != (self._points, self._base):
            self._points, self._base = tuple(points), base
            self.setAccessibleDescription(self.scores_text())
            self.update()

    def scores_text(self) -> str:
        """Return the scores in words, for screen readers and tests."""
        before = "" if self._base is None else tr("before {:.0f} %").format(100 * self._base)
        now = "" if not self._points else tr("now {:.0f} %").format(100 * self._points[-1][1])
        return ", ".join(filter(None, (before, now)))

    def sizeHint(self) -> QSize:
        """Return the size of a small chart."""
        return QSize(*SIZE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint frame, dashed line, curve and labels in the colors of the theme."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1.0))
        painter.drawRect(frame)
        self._paint_scores(painter, frame.adjusted(MARGIN_PX, MARGIN_PX, -MARGIN_PX, -MARGIN_PX))
        painter.end()

    def _paint_scores(self, painter: QPainter, area: QRectF) -> None:
        text_color = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(text_color)
        if self._base is None and not self._points:
            centered = QTextOption(Qt.AlignmentFlag.AlignCenter)
            painter.drawText(area, tr("The curve appears here."), centered)
            return
        low, high = self._range()

        def place(fraction: float, score: float) -> QPointF:
            height = (score - low) / (high - low)
            return QPointF(
                area.left() + fraction * area.width(), area.bottom() - height * area.height()
            )

        reserved = area
        if self._base is not None:
            painter.setPen(QPen(text_color, 1.0, Qt.PenStyle.DashLine))
            left, right = place(0.0, self._base), place(1.0, self._base)
            painter.drawLine(left, right)
            text = tr("before {:.0f} %").format(100 * self._base)
            width = self._label(painter, left, text, area)
            if self._is_near(left, place(*self._points[-1]) if self._points else None):
                reserved = area.adjusted(width, 0, 0, 0)  # so that the labels do not overlap
        if self._points:
            color = self.palette().color(QPalette.ColorRole.Highlight)
            painter.setPen(QPen(color, LINE_PX))
            line = [place(*point) for point in self._points]
            painter.drawPolyline(QPolygonF(line))
            painter.setBrush(color)
            painter.drawEllipse(line[-1], DOT_PX, DOT_PX)
            painter.setPen(text_color)
            text = tr("now {:.0f} %").format(100 * self._points[-1][1])
            self._label(painter, line[-1], text, reserved)

    def _is_near(self, one: QPointF, other: Optional[QPointF]) -> bool:
        """Return whether labels at two points may have the same height."""
        return other is not None and abs(one.y() - other.y()) < 2 * self.fontMetrics().height()

    def _label(self, painter: QPainter, at: QPointF, text: str, area: QRectF) -> float:
        """Write a text above a point, or below it at the top, inside of `area`.

        Returns:
            Width of the text with a margin, in pixels.
        """
        metrics: Any = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text), metrics.height()
        left = min(max(area.left(), at.x() - width), area.right() - width)
        is_high = at.y() - height < area.top()
        top = at.y() + DOT_PX if is_high else at.y() - height - DOT_PX
        option = QTextOption(Qt.AlignmentFlag.AlignLeft)
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        painter.drawText(QRectF(left, top, width + 1, height), text, option)
        return float(width + 2 * MARGIN_PX)

    def _range(self) -> Tuple[float, float]:
        """Return the ends of the vertical axis."""
        scores = [score for _, score in self._points]
        scores += [] if self._base is None else [self._base]
        low, high = min(scores), max(scores)
        margin = max(LEAST_RANGE - (high - low), 0.2 * (high - low)) / 2
        return low - margin, high + margin
