# SPDX-License-Identifier: GPL-2.0-or-later
"""Styles of vector layers: by class, and by confidence as a second named style.

By class, polygons are outlines in the legend's color with a faint fill, so that the image below
stays visible.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Tuple

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsFeatureRequest,
    QgsFillSymbol,
    QgsGraduatedSymbolRenderer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsRendererCategory,
    QgsRendererRange,
    QgsSingleSymbolRenderer,
    QgsSymbol,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtGui import QColor

from ..i18n import tr
from ..protocol import POLYGON_LAYERS
from .raster import is_white

if TYPE_CHECKING:
    from ..protocol import LandClass, Legend

GRAY = QColor(128, 128, 128)
FILL_ALPHA = 40
CONFIDENCE_ALPHA = 210  # over a colored class raster, an outline would be mistaken for a class
LINE_MM = 0.6
POINT_MM = 2.0

CLASS_FIELD = "class"
CONFIDENCE_FIELD = "confidence"
# Lower limit in percent and color; fixed, so that runs can be compared.
CONFIDENCE_CLASSES: Tuple[Tuple[int, str], ...] = (
    (0, "#d7191c"),
    (50, "#fdae61"),
    (70, "#ffffbf"),
    (80, "#a6d96a"),
    (90, "#1a9641"),
)
HIGHEST_CONFIDENCE = 100


def style_polygons(layer: QgsVectorLayer, role: str, legend: Legend) -> None:
    """Style a vector layer by its role, as `buildings`, `roads` or `cars`.

    The layer gets the named styles *Class*, which is current, and, where it has confidences,
    *Confidence*.

    Raises:
        KeyError: if no vector layer has this role.
    """
    layer.setRenderer(_class_renderer(layer, role, legend))
    styles = layer.styleManager()
    by_class = tr("Class")
    if by_class not in styles.styles():
        styles.renameStyle(styles.currentStyle(), by_class)
    if _has_confidence(layer):
        styles.addStyleFromLayer(tr("Confidence"))
        styles.setCurrentStyle(tr("Confidence"))
        layer.setRenderer(_confidence_renderer(layer))
        styles.setCurrentStyle(by_class)
    layer.triggerRepaint()


def _class_renderer(layer: QgsVectorLayer, role: str, legend: Legend) -> QgsFeatureRenderer:
    """Return a renderer in the color of the layer's class, or of each class if it has all."""
    class_names = {each.name: each.class_name for each in POLYGON_LAYERS}
    class_name = class_names[role]
    if class_name:
        return QgsSingleSymbolRenderer(polygon_symbol(layer, _color_of(class_name, legend)))
    categories = [
        QgsRendererCategory(
            each.name, polygon_symbol(layer, _color_of(each.name, legend)), each.title
        )
        for each in legend.classes
    ]
    return QgsCategorizedSymbolRenderer(CLASS_FIELD, categories)


def polygon_symbol(layer: QgsVectorLayer, color: QColor, fill_alpha: int = FILL_ALPHA) -> QgsSymbol:
    """Return a symbol of this color for the layer's geometries; `fill_alpha` is for polygons."""
    geometry = layer.geometryType()
    if geometry == QgsWkbTypes.GeometryType.LineGeometry:
        return QgsLineSymbol.createSimple({"color": color.name(), "width": str(LINE_MM)})
    if geometry == QgsWkbTypes.GeometryType.PointGeometry:
        return QgsMarkerSymbol.createSimple({"color": color.name(), "size": str(POINT_MM)})
    fill = QColor(color)
    fill.setAlpha(fill_alpha)
    symbol = QgsFillSymbol.createSimple({"outline_width": str(LINE_MM), "outline_width_unit": "MM"})
    symbol.symbolLayer(0).setFillColor(fill)
    symbol.symbolLayer(0).setStrokeColor(color)
    return symbol


def _confidence_renderer(layer: QgsVectorLayer) -> QgsGraduatedSymbolRenderer:
    """Return a renderer of confidence in five fixed classes, from red to green."""
    limits = [percent for percent, _ in CONFIDENCE_CLASSES] + [HIGHEST_CONFIDENCE]
    ranges = [
        QgsRendererRange(
            low, high, polygon_symbol(layer, QColor(color), CONFIDENCE_ALPHA), f"{low} to {high} %"
        )
        for (low, color), high in zip(CONFIDENCE_CLASSES, limits[1:])
    ]
    return QgsGraduatedSymbolRenderer(CONFIDENCE_FIELD, ranges)


def _has_confidence(layer: QgsVectorLayer) -> bool:
    """Return whether the layer has a feature with a confidence."""
    if layer.fields().lookupField(CONFIDENCE_FIELD) < 0:
        return False
    request = QgsFeatureRequest().setFilterExpression(f'"{CONFIDENCE_FIELD}" IS NOT NULL')
    request.setFlags(QgsFeatureRequest.Flag.NoGeometry)
    return next(layer.getFeatures(request.setLimit(1)), None) is not None


def class_color(land_class: LandClass) -> QColor:
    """Return the color of a class for outlines; gray for white, invisible on a white map."""
    return GRAY if is_white(land_class) else QColor(*land_class.color)


def _color_of(class_name: str, legend: Legend) -> QColor:
    if not legend.has(class_name):  # a layer without its class is empty
        return GRAY
    return class_color(legend.named(class_name))
