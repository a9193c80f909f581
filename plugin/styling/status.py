# SPDX-License-Identifier: GPL-2.0-or-later
"""Style of buildings by how their outline was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Tuple

from qgis.core import QgsCategorizedSymbolRenderer, QgsRendererCategory
from qgis.PyQt.QtGui import QColor

from ..i18n import tr
from .vector import polygon_symbol

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

FIELD = "status"
# Statuses of the engine, from those that need no check to those that need one.
STATUSES: Tuple[Tuple[Tuple[str, ...], str, str], ...] = (
    (("fit", "fit_fine", "fit_finest"), "Right-angled", "#1a9641"),
    (("rectangle", "circle"), "Rectangle or circle", "#92c5de"),
    (("simplified",), "Simplified", "#fdae61"),
    (("raw",), "Pixel edges", "#d7191c"),
)
FILL_ALPHA = 150


def color_by_status(layers: Iterable[QgsVectorLayer], is_wanted: bool) -> None:
    """Switch the layers with a status to the named style *Outline*, or back to *Class*."""
    by_status, by_class = tr("Outline"), tr("Class")
    for layer in layers:
        styles = layer.styleManager()
        if layer.fields().lookupField(FIELD) < 0 or by_class not in styles.styles():
            continue
        if is_wanted and styles.currentStyle() != by_status:
            if by_status not in styles.styles():
                styles.setCurrentStyle(by_class)
                styles.addStyleFromLayer(by_status)
            styles.setCurrentStyle(by_status)
            layer.setRenderer(_renderer(layer))
        elif not is_wanted and styles.currentStyle() == by_status:
            styles.setCurrentStyle(by_class)
        layer.triggerRepaint()


def _renderer(layer: QgsVectorLayer) -> QgsCategorizedSymbolRenderer:
    categories = [
        QgsRendererCategory(
            list(statuses), polygon_symbol(layer, QColor(color), FILL_ALPHA), tr(title)
        )
        for statuses, title, color in STATUSES
    ]
    return QgsCategorizedSymbolRenderer(FIELD, categories)
