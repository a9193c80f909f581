# SPDX-License-Identifier: GPL-2.0-or-later
"""How polygons look: a thin fill of the legend's color, so that the image shows through.

Impervious surface is white in the legend and would vanish on a white map, so roads are gray.
"""

from __future__ import annotations

from typing import Dict, Tuple

from qgis.core import QgsFillSymbol, QgsSingleSymbolRenderer, QgsVectorLayer

Rgba = Tuple[int, int, int, int]

# role of a layer -> fill, outline, outline width in millimetres
LOOKS: Dict[str, Tuple[Rgba, Rgba, float]] = {
    "buildings": ((0, 0, 255, 60), (0, 0, 200, 255), 0.4),
    "roads": ((128, 128, 128, 110), (96, 96, 96, 255), 0.26),
    "cars": ((255, 255, 0, 160), (120, 100, 0, 255), 0.26),
}


def style_polygons(layer: QgsVectorLayer, role: str) -> None:
    """Give a polygon layer the look of its role: `buildings`, `roads` or `cars`.

    Raises:
        KeyError: nothing is known about how `role` looks.
    """
    fill, outline, width_mm = LOOKS[role]
    symbol = QgsFillSymbol.createSimple(
        {
            "color": _channels(fill),
            "outline_color": _channels(outline),
            "outline_width": str(width_mm),
            "outline_width_unit": "MM",
        }
    )
    layer.setRenderer(QgsSingleSymbolRenderer(symbol))
    layer.triggerRepaint()


def _channels(color: Rgba) -> str:
    return ",".join(str(level) for level in color)
