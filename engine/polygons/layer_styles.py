# SPDX-License-Identifier: GPL-2.0-or-later
"""Default styles that are saved in a GeoPackage, where QGIS looks for them when it opens a layer.

A style has the color of the class, names of the fields in words, a display name and a map tip.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree  # nosec B405: writes XML, never reads it

from ..protocol import FIELD_TITLES
from .layers import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..protocol import Legend
    from .layers import Layer

TABLE = "layer_styles"
ROAD_COLOR = (128, 128, 128)  # the color of sealed ground, white, is invisible on a white map
FILL_ALPHA = 70  # of 255, so that the image stays visible

_CREATE = f"""CREATE TABLE IF NOT EXISTS {TABLE} (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
    f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
    styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
    owner TEXT(30), ui TEXT(30), update_time DATETIME)"""
_INSERT = """INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,
    f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, ui,
    update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, '', NULL, ?)"""
_LIST = """INSERT OR REPLACE INTO gpkg_contents
    (table_name, data_type, identifier, description, last_change, srs_id)
    VALUES (?, 'attributes', ?, '', ?, 0)"""


def write_styles(path: Path, layers: Sequence[Layer], legend: Legend, dated_s: float) -> None:
    """Save a default style for each layer.

    Args:
        path: path of the GeoPackage with the layers.
        layers: layers of the file.
        legend: legend with the colors.
        dated_s: date of the styles, in seconds since 1970.
    """
    date = datetime.fromtimestamp(int(dated_s), UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(_CREATE)
        file.execute(_LIST, (TABLE, TABLE, date))
        for layer in layers:
            qml = style_of(layer, legend)
            file.execute(_INSERT, (layer.name, layer.title[:30], qml, layer.title, date))


def style_of(layer: Layer, legend: Legend) -> str:
    """Return the style of a layer as QML."""
    root = ElementTree.Element("qgis", {"version": "3.22", "styleCategories": "AllStyleCategories"})
    if layer.class_name:
        root.append(_single_renderer(layer, legend))
    else:
        root.append(_class_renderer(legend))
    aliases = ElementTree.SubElement(root, "aliases")
    for index, name in enumerate(FIELDS[layer.name]):
        if name != "id":
            alias = {"field": name, "index": str(index + 1), "name": FIELD_TITLES[name]}
            ElementTree.SubElement(aliases, "alias", alias)
    ElementTree.SubElement(root, "previewExpression").text = _display_name(layer)
    ElementTree.SubElement(root, "mapTip").text = _map_tip(layer)
    text = ElementTree.tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{text}"


def _single_renderer(layer: Layer, legend: Legend) -> ElementTree.Element:
    renderer = ElementTree.Element("renderer-v2", {"type": "singleSymbol", "symbollevels": "0"})
    symbols = ElementTree.SubElement(renderer, "symbols")
    symbols.append(_symbol("0", layer.geometry, _color_of(layer.class_name, legend)))
    return renderer


def _class_renderer(legend: Legend) -> ElementTree.Element:
    """Return a renderer with one symbol for each class."""
    given = {"type": "categorizedSymbol", "attr": "class", "symbollevels": "0"}
    renderer = ElementTree.Element("renderer-v2", given)
    categories = ElementTree.SubElement(renderer, "categories")
    symbols = ElementTree.SubElement(renderer, "symbols")
    for number, land_class in enumerate(legend.classes):
        category = {"value": land_class.name, "label": land_class.title, "symbol": str(number)}
        ElementTree.SubElement(categories, "category", {**category, "render": "true"})
        symbols.append(_symbol(str(number), "Polygon", land_class.color, alpha=150))
    return renderer


def _symbol(
    name: str, geometry: str, color: Sequence[int], alpha: int = FILL_ALPHA
) -> ElementTree.Element:
    red, green, blue = color
    line = ",".join(str(round(part * 0.7)) for part in (red, green, blue)) + ",255"
    kind, layer_class, options = {
        "Polygon": (
            "fill",
            "SimpleFill",
            {
                "color": f"{red},{green},{blue},{alpha}",
                "style": "solid",
                "outline_color": line,
                "outline_width": "0.4",
                "outline_style": "solid",
            },
        ),
        "LineString": (
            "line",
            "SimpleLine",
            {"line_color": "220,90,30,255", "line_width": "0.5", "line_style": "solid"},
        ),
        "Point": (
            "marker",
            "SimpleMarker",
            {"name": "circle", "size": "2", "color": f"{red},{green},{blue},255"},
        ),
    }[geometry]
    symbol = ElementTree.Element("symbol", {"type": kind, "name": name, "alpha": "1"})
    layer = ElementTree.SubElement(symbol, "layer", {"class": layer_class, "enabled": "1"})
    for key, value in options.items():
        ElementTree.SubElement(layer, "prop", {"k": key, "v": value})
    return symbol


def _color_of(class_name: str, legend: Legend) -> Sequence[int]:
    if not legend.has(class_name) or min(legend.named(class_name).color) > 240:
        return ROAD_COLOR
    return legend.named(class_name).color


def _display_name(layer: Layer) -> str:
    return f"'{layer.thing.capitalize()} ' || \"id\""


def _map_tip(layer: Layer) -> str:
    rows = "".join(
        f'<tr><td>{FIELD_TITLES[name]}</td><td>[% "{name}" %]</td></tr>'
        for name in FIELDS[layer.name]
        if name not in ("id", "class", "run_id")
    )
    return f"<b>[% {_display_name(layer)} %]</b><table>{rows}</table>"
