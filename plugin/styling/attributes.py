# SPDX-License-Identifier: GPL-2.0-or-later
"""Attributes of vector layers for people: titles, display names, map tips and hidden columns.

Layers may lack any of the fields: older runs and other sources have fewer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Tuple

from qgis.core import (
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsExpression,
    QgsField,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..compat import TEXT_TYPE
from ..i18n import tr
from ..protocol import FIELD_TITLES, POLYGON_LAYERS

if TYPE_CHECKING:
    from ..protocol import Legend

# Name, title and decimals of each field with a title; -1 for texts and integers.
FIELDS: Tuple[Tuple[str, str, int], ...] = tuple(
    (name, FIELD_TITLES[name], decimals)
    for name, decimals in (
        ("id", -1),
        ("class", -1),
        ("kind", -1),
        ("area_m2", 1),
        ("perimeter_m", 1),
        ("length_m", 1),
        ("width_m", 1),
        ("heading_deg", 0),
        ("confidence", 0),
        ("height_mean_m", 1),
        ("height_p95_m", 1),
        ("roof_slope_deg", 0),
        ("status", -1),
        ("iou_raw", 2),
        ("touches_edge", -1),
        ("touches_nodata", -1),
        ("model", -1),
        ("source", -1),
        ("run_id", -1),
        ("labeled", -1),
    )
)
HIDDEN = ("fid",)  # the same numbers as `id`
# Widths of columns with long values, in pixels; QGIS gives each of the others 100.
WIDTHS_PX = {"model": 190, "source": 130, "labeled": 130, "height_p95_m": 190}
# Expression of each field that follows an edit, by the type of the geometries.
_AFTER_EDIT: Dict[QgsWkbTypes.GeometryType, Dict[str, str]] = {
    QgsWkbTypes.GeometryType.PolygonGeometry: {
        "area_m2": "round($area, 4)",
        "perimeter_m": "round($perimeter, 3)",
        "status": "'edited'",
    },
    QgsWkbTypes.GeometryType.LineGeometry: {"length_m": "round($length, 2)"},
}
# Expression of the value and unit of each field in a display name, in this order.
_NAMED_BY = (
    ("area_m2", "format_number(\"area_m2\", 0) || ' m²'"),
    ("length_m", "format_number(\"length_m\", 0) || ' m'"),
    ("confidence", "round(\"confidence\") || ' %'"),
)


def describe_attributes(
    layer: QgsVectorLayer, role: str, legend: Legend, origin: Dict[str, str]
) -> None:
    """Set titles, formats, display name and map tip of a layer, and add where it comes from.

    Args:
        layer: result layer.
        role: role of the layer, as `buildings`.
        legend: legend of the run.
        origin: texts by field, as `model`, the same for all features; added as virtual fields
            unless the file has them.
    """
    for name, text in origin.items():
        _set_virtual_field(layer, name, QgsExpression.quotedString(text))
    for name, title, decimals in FIELDS:
        index = layer.fields().lookupField(name)
        if index >= 0:
            layer.setFieldAlias(index, tr(title))
            if decimals >= 0:
                layer.setEditorWidgetSetup(index, _number_widget(decimals))
    index = layer.fields().lookupField("class")
    if index >= 0:
        layer.setEditorWidgetSetup(index, _class_widget(legend))
    _measure_after_edits(layer)
    _arrange_columns(layer)
    layer.setDisplayExpression(display_expression(role, _field_names(layer)))
    layer.setMapTipTemplate(map_tip(_field_names(layer)))


def display_expression(role: str, fields: List[str]) -> str:
    """Return the expression of names as `Building 12, 95 m², 88 %`.

    Raises:
        KeyError: if no vector layer has this role.
    """
    things = {layer.name: layer.thing for layer in POLYGON_LAYERS}
    thing = tr(things[role].capitalize()).replace("'", "''")
    number = '"id"' if "id" in fields else "$id"
    parts = [
        f"coalesce(', ' || {expression}, '')" for name, expression in _NAMED_BY if name in fields
    ]
    return " || ".join((f"'{thing} ' || {number}", *parts))


def map_tip(fields: List[str]) -> str:
    """Return the template of a map tip: the display name over a table of all values."""
    rows = "".join(
        f"[% coalesce('<tr><td>{tr(title)}&nbsp;</td><td>' || {_tip_value(name, decimals)} "
        f"|| '</td></tr>', '') %]"
        for name, title, decimals in FIELDS
        if name in fields and name != "id"
    )
    return f"<b>[% @layer_name %]: [% display_expression() %]</b><table>{rows}</table>"


def _tip_value(name: str, decimals: int) -> str:
    if decimals >= 0:
        return f'format_number("{name}", {decimals})'
    return f"represent_value(\"{name}\", '{name}')"


def _set_virtual_field(layer: QgsVectorLayer, name: str, expression: str) -> None:
    """Add a virtual field, or update it; a field of the file stays as it is."""
    index = layer.fields().lookupField(name)
    if index < 0:
        layer.addExpressionField(expression, QgsField(name, TEXT_TYPE))
    elif layer.expressionField(index):
        layer.updateExpressionField(index, expression)


def _measure_after_edits(layer: QgsVectorLayer) -> None:
    """Let QGIS measure features again that a user edits, and mark them as edited."""
    for name, expression in _AFTER_EDIT.get(layer.geometryType(), {}).items():
        index = layer.fields().lookupField(name)
        if index >= 0:
            layer.setDefaultValueDefinition(index, QgsDefaultValue(expression, True))


def _number_widget(decimals: int) -> QgsEditorWidgetSetup:
    return QgsEditorWidgetSetup("Range", {"AllowNull": True, "Precision": decimals})


def _class_widget(legend: Legend) -> QgsEditorWidgetSetup:
    """Return a widget that shows the title of a class and stores its name."""
    titles = [{each.title: each.name} for each in legend.classes]
    return QgsEditorWidgetSetup("ValueMap", {"map": titles})


def _arrange_columns(layer: QgsVectorLayer) -> None:
    """Hide columns without meaning, also in forms, and widen those with long values."""
    table = layer.attributeTableConfig()
    table.update(layer.fields())
    columns = table.columns()
    for column in columns:
        column.hidden = column.name in HIDDEN
        column.width = WIDTHS_PX.get(column.name, column.width)
    table.setColumns(columns)
    layer.setAttributeTableConfig(table)
    for name in HIDDEN:
        index = layer.fields().lookupField(name)
        if index >= 0:
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Hidden", {}))


def _field_names(layer: QgsVectorLayer) -> List[str]:
    return [field.name() for field in layer.fields()]
