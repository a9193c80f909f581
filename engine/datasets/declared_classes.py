# SPDX-License-Identifier: GPL-2.0-or-later
"""Declared classes: value names and color tables of single-band label rasters.

- *Names.* If category names, or names in the attribute table, are classes of the legend and
  contradict the legend's codes, values have the named classes and other values are unknown.
- *Colors.* A color table with the colors of at least two classes is used if it contradicts the
  codes, and if all values in use have such a color, or are black or transparent. A value in use
  with another color is unknown if it is no code of the legend; otherwise the codes are used.
- Otherwise values are codes of the legend. On a contradiction the user is warned which of both was
  used.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET  # nosec B405 - it reads a file that GDAL has just written

import rasterio.shutil
from rasterio.errors import NotGeoreferencedWarning

from .class_lookup import find_name, listed, number_in
from .colors import class_of_color

if TYPE_CHECKING:
    from collections.abc import Callable

    from rasterio import DatasetReader

    from ..protocol import Legend

FEWEST_CLASSES = 2  # black and white alone are in every mask
OVERRULE = "If that is wrong, state in label_values what each value means."

MINIMUM, NAME, VALUE = "3", "2", "5"  # GDALRATFieldUsage; VALUE is minimum and maximum
VALUE_TITLES, NAME_TITLES = ("value",), ("class", "class_name", "classname", "name", "label")


class Declared(NamedTuple):
    """Classes of the values of a raster.

    Args:
        index_of: index in the legend of each value.
        remark: sentence for the user; empty without a contradiction.
    """

    index_of: dict[float, int]
    remark: str = ""


def declared_classes(
    dataset: DatasetReader, legend: Legend, used: Callable[[], set[float]]
) -> Declared:
    """Return the classes of the values in the first band.

    Args:
        dataset: open raster.
        legend: legend with the classes.
        used: function that returns the values in use; called only if the result depends on it.
    """
    by_code = {float(code): index for index, code in enumerate(legend.codes)}
    return (
        _by_names(dataset, legend, by_code)
        or _by_colors(dataset, legend, by_code, used)
        or Declared(by_code)
    )


def palette_of(dataset: DatasetReader) -> dict[int, tuple[int, int, int, int]]:
    """Return red, green, blue and alpha by value; empty without a color table."""
    try:
        return dataset.colormap(1)
    except ValueError:
        return {}


def _by_names(dataset: DatasetReader, legend: Legend, by_code: dict[float, int]) -> Declared | None:
    names = value_names(dataset)
    found = {value: find_name(name, legend) for value, name in names.items()}
    known = {value: index for value, index in found.items() if index is not None}
    foreign = [value for value in found if value not in known and value in by_code]
    if not known or (_agree(known, by_code) and not foreign):
        return None
    meanings = listed([f"{value:g} is {names[value]}" for value in sorted({*known, *foreign})])
    return Declared(
        known,
        f"The value names of the labels {dataset.name} differ from the codes of the legend, so the "
        f"names are used: {meanings}. Values with other names are unknown. {OVERRULE}",
    )


def _by_colors(
    dataset: DatasetReader,
    legend: Legend,
    by_code: dict[float, int],
    used: Callable[[], set[float]],
) -> Declared | None:
    palette = palette_of(dataset)
    found = {
        float(value): class_of_color(color[:3], legend)
        for value, color in palette.items()
        if color[3] and any(color[:3])
    }
    painted = {value: index for value, index in found.items() if index is not None}
    if len(set(painted.values())) < FEWEST_CLASSES or _agree(painted, by_code):
        return None
    in_use = used()
    present = {value: index for value, index in painted.items() if value in in_use}
    if not present or _agree(present, by_code):
        return None
    meanings = listed(
        [f"{value:g} is {legend.classes[index].title}" for value, index in sorted(present.items())]
    )
    conflict = f"The color table of the labels {dataset.name} differs from the codes of the"
    if any(found.get(value, 0) is None and value in by_code for value in in_use):
        return Declared(
            by_code, f"{conflict} legend ({meanings}), but for some values only, so the codes are "
            f"used. "
            f"{OVERRULE}",
        )  # fmt: skip
    return Declared(painted, f"{conflict} legend, so the colors are used: {meanings}. {OVERRULE}")


def _agree(found: dict[float, int], by_code: dict[float, int]) -> bool:
    return all(by_code.get(value) == index for value, index in found.items())


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
