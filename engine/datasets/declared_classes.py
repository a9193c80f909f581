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

from typing import TYPE_CHECKING, NamedTuple

from .class_lookup import find_name, listed
from .colors import class_of_color
from .value_names import value_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from rasterio import DatasetReader

    from ..protocol import Legend

FEWEST_CLASSES = 2  # black and white alone are in every mask
OVERRULE = "If that is wrong, state in label_values what each value means."


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
