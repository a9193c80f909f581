# SPDX-License-Identifier: GPL-2.0-or-later
"""Sidecars of a class raster: class names and colors for GDAL and QGIS.

GDAL's auxiliary file contains category names and a raster attribute table. The style file makes
QGIS show names and colors when the raster is loaded, even without the plugin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # nosec B405 - it writes, and never reads

from ..protocol import NODATA

if TYPE_CHECKING:
    from ..protocol import Legend

NODATA_TITLE = "No data"
RAT_INTEGER, RAT_STRING = "0", "2"  # GDALRATFieldType
RAT_COLUMNS = (  # title, type and GDALRATFieldUsage
    ("Value", RAT_INTEGER, "5"),
    ("Class", RAT_STRING, "2"),
    ("Red", RAT_INTEGER, "6"),
    ("Green", RAT_INTEGER, "7"),
    ("Blue", RAT_INTEGER, "8"),
)


def color_table(legend: Legend) -> dict[int, tuple[int, int, int, int]]:
    """Return red, green, blue and alpha by class code; nodata is transparent."""
    opaque = {each.code: (*each.color, 255) for each in legend.classes}
    return {NODATA: (0, 0, 0, 0), **opaque}


def pam_document(legend: Legend) -> str:
    """Return the content of a GDAL `.aux.xml`: category names and a raster attribute table."""
    root = ET.Element("PAMDataset")
    band = ET.SubElement(root, "PAMRasterBand", band="1")
    names = ET.SubElement(band, "CategoryNames")
    titles = {each.code: each.title for each in legend.classes}
    for code in range(max(titles) + 1):
        ET.SubElement(names, "Category").text = titles.get(code, NODATA_TITLE if not code else "")
    table = ET.SubElement(band, "GDALRasterAttributeTable", tableType="thematic")
    for index, column in enumerate(RAT_COLUMNS):
        definition = ET.SubElement(table, "FieldDefn", index=str(index))
        for tag, text in zip(("Name", "Type", "Usage"), column, strict=True):
            ET.SubElement(definition, tag).text = text
    for index, each in enumerate(legend.classes):
        row = ET.SubElement(table, "Row", index=str(index))
        for value in (each.code, each.title, *each.color):
            ET.SubElement(row, "F").text = str(value)
    return _document(root)


def qml_document(legend: Legend) -> str:
    """Return the content of a QGIS `.qml`: a color and a name for each class."""
    root = ET.Element("qgis", styleCategories="Symbology", version="3.22.0")
    pipe = ET.SubElement(root, "pipe")
    renderer = ET.SubElement(
        pipe, "rasterrenderer", type="paletted", band="1", opacity="1", alphaBand="-1"
    )
    palette = ET.SubElement(renderer, "colorPalette")
    for each in legend.classes:
        ET.SubElement(
            palette,
            "paletteEntry",
            value=str(each.code),
            label=each.title,
            color="#{:02x}{:02x}{:02x}".format(*each.color),
            alpha="255",
        )
    ET.SubElement(root, "blendMode").text = "0"
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + _document(root)


def _document(root: ET.Element) -> str:
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"
