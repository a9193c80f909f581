# SPDX-License-Identifier: GPL-2.0-or-later
"""Scroll areas that never make the window grow."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import QEvent, QObject, QSize, Qt
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

MINIMUM_LINES = 3
MINIMUM_PAGE_LINES = 5
LOWEST_MAXIMUM_LINES = 6
MAXIMUM_FRACTION = 0.45  # of the parent's height


class FittingScroll(QScrollArea):
    """Scroll area as high as its content, but at most about half as high as its parent.

    Args:
        content: widget with a layout.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        prepare_scroll(self, content)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        """Return the height of the content, at most `MAXIMUM_FRACTION` of the parent's."""
        parent = self.parentWidget()
        limit_px = MAXIMUM_FRACTION * parent.height() if parent is not None else 0.0
        return QSize(self.minimumWidth(), self._height_px(LOWEST_MAXIMUM_LINES, limit_px))

    def minimumSizeHint(self) -> QSize:
        """Return the height of the content, at most that of `MINIMUM_LINES`."""
        return QSize(self.minimumWidth(), self._height_px(MINIMUM_LINES))

    def resizeEvent(self, event: Any) -> None:
        """Fit the height again, because text wraps at another width."""
        super().resizeEvent(event)
        self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit the height again after the content has changed."""
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _height_px(self, lines: int, limit_px: float = 0.0) -> int:
        layout = self.widget().layout()
        width_px = self.viewport().width()
        content_px = (
            layout.heightForWidth(width_px)
            if layout.hasHeightForWidth()
            else layout.sizeHint().height()
        )
        return int(min(content_px, max(limit_px, lines * self.fontMetrics().lineSpacing())))


def scrolling(content: QWidget, name: str) -> QScrollArea:
    """Return a scroll area with a column of inputs, as wide as the inputs need.

    Args:
        content: widget to scroll.
        name: object name of the scroll area.
    """
    scroll = QScrollArea()
    scroll.setObjectName(name)
    prepare_scroll(scroll, content)
    bar_px = scroll.verticalScrollBar().sizeHint().width()
    scroll.setMinimumWidth(content.minimumSizeHint().width() + bar_px)
    scroll.setMinimumHeight(MINIMUM_PAGE_LINES * scroll.fontMetrics().lineSpacing())
    return scroll


def prepare_scroll(scroll: QScrollArea, content: QWidget) -> None:
    """Put `content` into a frameless scroll area that scrolls vertically only."""
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(content)
