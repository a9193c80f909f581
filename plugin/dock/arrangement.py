# SPDX-License-Identifier: GPL-2.0-or-later
"""Layout of the dock: scrollable inputs above controls that are always visible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from qgis.core import QgsCoordinateTransform
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject
    from qgis.gui import QgsMapCanvas

MARGIN = 1.05


def scrolling_above(inputs: Sequence[QWidget], controls: QWidget) -> QWidget:
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


def zoom_to(layer: QgsMapLayer, canvas: QgsMapCanvas, project: QgsProject) -> None:
    """Zoom the map to the full extent of `layer`."""
    transform = QgsCoordinateTransform(
        layer.crs(), canvas.mapSettings().destinationCrs(), project.transformContext()
    )
    extent = transform.transformBoundingBox(layer.extent())
    extent.scale(MARGIN)
    canvas.setExtent(extent)
    canvas.refresh()


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
