# SPDX-License-Identifier: GPL-2.0-or-later
"""Layout of the dock: scrollable inputs above controls that are always visible."""

from __future__ import annotations

from typing import Sequence

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def with_fixed_controls(inputs: Sequence[QWidget], controls: QWidget) -> QWidget:
    """Return a widget with `inputs` in a scrollable column above `controls`."""
    column_widget = QWidget()
    column = QVBoxLayout(column_widget)
    for each in inputs:
        column.addWidget(each)
    column.addStretch(1)
    content = QWidget()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(_scrolling(column_widget), 1)
    layout.addWidget(controls)
    return content


def _scrolling(inputs: QWidget) -> QScrollArea:
    scroll = QScrollArea()
    scroll.setObjectName("orthoscribe_inputs")
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setWidget(inputs)
    bar_px = scroll.verticalScrollBar().sizeHint().width()
    scroll.setMinimumWidth(inputs.minimumSizeHint().width() + bar_px)
    return scroll
