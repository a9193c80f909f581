# SPDX-License-Identifier: GPL-2.0-or-later
"""Styles of polygon layers: a semi-transparent fill in the legend's color."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import QgsFillSymbol, QgsSingleSymbolRenderer, QgsVectorLayer
from qgis.PyQt.QtGui import QColor

from ..protocol import POLYGON_LAYERS

if TYPE_CHECKING:
    from ..protocol import Legend

GRAY = QColor(128, 128, 128)
FILL_ALPHA = 90
OUTLINE_DARKNESS = 150  # percent
OUTLINE_MM = 0.3


def style_polygons(layer: QgsVectorLayer, role: str, legend: Legend) -> None:
    """Style a polygon layer by its role: `buildings`, `roads` or `cars`.

    Raises:
        KeyError: if no polygon layer has this role.
    """
    color = _color_of(role, legend)
    fill = QColor(color)
    fill.setAlpha(FILL_ALPHA)
    symbol = QgsFillSymbol.createSimple(
        {"outline_width": str(OUTLINE_MM), "outline_width_unit": "MM"}
    )
    symbol.symbolLayer(0).setFillColor(fill)
    symbol.symbolLayer(0).setStrokeColor(color.darker(OUTLINE_DARKNESS))
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.triggerRepaint()


def _color_of(role: str, legend: Legend) -> QColor:
    """Return the legend's color; roads are gray, because white is invisible on a white map."""
    class_names = {layer.name: layer.class_name for layer in POLYGON_LAYERS}
    class_name = class_names[role]
    if role == "roads" or not legend.has(class_name):  # a layer without its class is empty
        return GRAY
    return QColor(*legend.named(class_name).color)
