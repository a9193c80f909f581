# SPDX-License-Identifier: GPL-2.0-or-later
"""Value names of a raster, from its category names or its attribute table."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # nosec B405 - it reads a file that GDAL has just written

import rasterio.shutil
from rasterio.errors import NotGeoreferencedWarning

from .class_lookup import number_in

if TYPE_CHECKING:
    from rasterio import DatasetReader

MINIMUM, NAME, VALUE = "3", "2", "5"  # GDALRATFieldUsage; VALUE is minimum and maximum
VALUE_TITLES, NAME_TITLES = ("value",), ("class", "class_name", "classname", "name", "label")


def value_names(dataset: DatasetReader) -> dict[float, str]:
    """Return the names of the values of the first band, for values that have one.

    An attribute table takes precedence over category names. rasterio cannot read either, so they
    are read from a VRT copy of the dataset.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "labels.vrt"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            rasterio.shutil.copy(dataset, path, driver="VRT")
        band = ET.parse(path).find("VRTRasterBand")  # nosec B314
    if band is None:
        return {}
    categories = enumerate(band.findall("CategoryNames/Category"))
    names = {float(value): each.text or "" for value, each in categories}
    table = band.find("GDALRasterAttributeTable")
    names.update(_names_in(table) if table is not None else {})
    return {value: name.strip() for value, name in names.items() if name.strip()}


def _names_in(table: ET.Element) -> dict[float, str]:
    columns = [
        ((each.findtext("Name") or "").strip().lower(), (each.findtext("Usage") or "").strip())
        for each in table.findall("FieldDefn")
    ]
    value_at = _column(columns, (VALUE, MINIMUM), VALUE_TITLES)
    name_at = _column(columns, (NAME,), NAME_TITLES)
    if value_at is None or name_at is None:
        return {}
    found = {}
    for row in table.findall("Row"):
        cells = [cell.text or "" for cell in row.findall("F")]
        if len(cells) == len(columns):
            value = number_in(cells[value_at])
            if value is not None:
                found[value] = cells[name_at]
    return found


def _column(
    columns: list[tuple[str, str]], usages: tuple[str, ...], titles: tuple[str, ...]
) -> int | None:
    """Return the index of the column with one of the usages, or else one of the titles."""
    for at, (_, usage) in enumerate(columns):
        if usage in usages:
            return at
    return next((at for at, (title, _) in enumerate(columns) if title in titles), None)
