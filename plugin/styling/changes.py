# SPDX-License-Identifier: GPL-2.0-or-later
"""Style of the changes between two land covers: hatched in the color of the class after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsRendererCategory,
)

from ..i18n import tr
from .raster import visible_color

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from ..protocol import LandClass, Legend

TITLES = {"before": "Before", "after": "After", "area_m2": "Area (m²)"}
HATCH_MM = 1.6
LINE_MM = 0.5
OUTLINE = "40,40,40,255"  # so that a bright class is seen on a bright image
ANGLE_DEG = 45


def style_changes(layer: QgsVectorLayer, legend: Legend) -> None:
    """Style the layer `changed`: hatching by the class after, titles, display name, map tip."""
    layer.setRenderer(
        QgsCategorizedSymbolRenderer(
            "after",
            [
                QgsRendererCategory(each.name, _hatching(each), _now(each))
                for each in legend.classes
            ],
        )
    )
    titles = [{each.title: each.name} for each in legend.classes]
    for name, title in TITLES.items():
        index = layer.fields().lookupField(name)
        if index < 0:
            continue
        layer.setFieldAlias(index, tr(title))
        if name != "area_m2":
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ValueMap", {"map": titles}))
    before, after = ("represent_value(\"before\", 'before')", "represent_value(\"after\", 'after')")
    shown = f"{before} || ' → ' || {after} || ', ' || format_number(\"area_m2\", 0) || ' m²'"
    layer.setDisplayExpression(shown)
    layer.setMapTipTemplate(f"<b>[% {shown} %]</b>")
    layer.triggerRepaint()


def _now(land_class: LandClass) -> str:
    return tr("Now {title}").format(title=land_class.title)


def _hatching(land_class: LandClass) -> QgsFillSymbol:
    color = visible_color(land_class)
    line = QgsLineSymbol.createSimple({"color": color.name(), "width": str(LINE_MM)})
    hatch = QgsLinePatternFillSymbolLayer()
    hatch.setSubSymbol(line)
    hatch.setDistance(HATCH_MM)
    hatch.setLineAngle(ANGLE_DEG)
    outline = {"style": "no", "outline_color": OUTLINE, "outline_width": str(LINE_MM)}
    symbol = QgsFillSymbol.createSimple(outline)
    symbol.appendSymbolLayer(hatch)
    return symbol
