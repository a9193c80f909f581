# SPDX-License-Identifier: GPL-2.0-or-later
"""Styles of class and confidence rasters.

A class raster gets the colors of the legend; all other values, such as nodata, are transparent. The
image stays visible below both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, Optional

from qgis.core import (
    QgsColorRampShader,
    QgsPalettedRasterRenderer,
    QgsRasterLayer,
    QgsRasterShader,
    QgsSingleBandPseudoColorRenderer,
)
from qgis.PyQt.QtGui import QColor

from .area_text import class_text

if TYPE_CHECKING:
    from ..protocol import LandClass, Legend

OPACITY = 0.6
CONFIDENCE_COLORS = ((0, "#d7191c"), (50, "#fdae61"), (75, "#ffffbf"), (100, "#1a9641"))
PALE_GRAY = QColor(222, 222, 222)
WHITE_LEVEL = 240


def style_class_layer(
    layer: QgsRasterLayer, legend: Legend, areas_m2: Optional[Mapping[str, float]] = None
) -> None:
    """Style a class raster with the legend's colors and titles, with areas by class name."""
    areas_m2 = areas_m2 or {}
    total_m2 = sum(areas_m2.get(land_class.name, 0.0) for land_class in legend.classes)
    classes = [
        QgsPalettedRasterRenderer.Class(
            land_class.code, visible_color(land_class), _label(land_class, areas_m2, total_m2)
        )
        for land_class in legend.classes
    ]
    renderer = QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes)
    renderer.setOpacity(OPACITY)
    layer.setRenderer(renderer)
    layer.triggerRepaint()


def style_confidence_layer(layer: QgsRasterLayer) -> None:
    """Style confidence (0 to 100) from red to green, semi-transparent."""
    ramp = QgsColorRampShader(0, 100)
    ramp.setColorRampType(QgsColorRampShader.Type.Interpolated)
    ramp.setColorRampItemList(
        [
            QgsColorRampShader.ColorRampItem(percent, QColor(color), f"{percent} %")
            for percent, color in CONFIDENCE_COLORS
        ]
    )
    shader = QgsRasterShader(0, 100)
    shader.setRasterShaderFunction(ramp)
    renderer = QgsSingleBandPseudoColorRenderer(layer.dataProvider(), 1, shader)
    renderer.setOpacity(OPACITY)
    layer.setRenderer(renderer)
    layer.triggerRepaint()


def visible_color(land_class: LandClass) -> QColor:
    """Return the color of a class in the map; light gray for white.

    QGIS draws the legend of a raster without outlines, so white is invisible in it, and on a map
    without a background too.
    """
    return PALE_GRAY if is_white(land_class) else QColor(*land_class.color)


def is_white(land_class: LandClass) -> bool:
    """Return whether the color of a class cannot be told from white."""
    return min(land_class.color) >= WHITE_LEVEL


def _label(land_class: LandClass, areas_m2: Mapping[str, float], total_m2: float) -> str:
    """Return the legend entry of a class, as `Building · 0.12 ha (12 %)`."""
    area_m2 = areas_m2.get(land_class.name)
    if area_m2 is None:
        return land_class.title
    return class_text(land_class.title, area_m2, area_m2 / total_m2 if total_m2 else 0.0)
