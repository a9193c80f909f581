# SPDX-License-Identifier: GPL-2.0-or-later
"""Styles of class and confidence rasters.

A class raster gets the colors of the legend; all other values, such as nodata, are transparent.
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

if TYPE_CHECKING:
    from ..protocol import LandClass, Legend

CONFIDENCE_OPACITY = 0.6
CONFIDENCE_COLORS = ((0, "#d7191c"), (50, "#fdae61"), (75, "#ffffbf"), (100, "#1a9641"))
HECTARE_M2 = 10_000


def style_class_layer(
    layer: QgsRasterLayer, legend: Legend, areas_m2: Optional[Mapping[str, float]] = None
) -> None:
    """Style a class raster with the legend's colors and titles, with areas by class name."""
    areas_m2 = areas_m2 or {}
    classes = [
        QgsPalettedRasterRenderer.Class(
            land_class.code, QColor(*land_class.color), _label(land_class, areas_m2)
        )
        for land_class in legend.classes
    ]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))
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
    renderer.setOpacity(CONFIDENCE_OPACITY)
    layer.setRenderer(renderer)
    layer.triggerRepaint()


def _label(land_class: LandClass, areas_m2: Mapping[str, float]) -> str:
    """Return the legend entry of a class, as `Building, 1,234 m² (0.12 ha)`."""
    area_m2 = areas_m2.get(land_class.name)
    if area_m2 is None:
        return land_class.title
    return f"{land_class.title}, {area_m2:,.0f} m² ({area_m2 / HECTARE_M2:,.2f} ha)"
