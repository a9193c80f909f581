# SPDX-License-Identifier: GPL-2.0-or-later
"""Declared meanings: what a raster of one band says itself about its values.

- *Names.* Values whose category name, or name in the attribute table, is a class of the legend
  mean that class, if any of the names says otherwise than the codes; then other values are unknown.
- *Colors.* A color table that holds the colors of two classes or more, where every value in use
  has such a color, or is black or transparent, is what counts if it says otherwise than the codes.
  A value in use may have another color if it is no code of the legend; it is unknown.
- Otherwise values are the codes of the legend. Wherever names or colors say otherwise, the user is
  told which of both was taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .colors import class_of_color
from .meanings import find_name, listed
from .value_names import value_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from rasterio import DatasetReader

    from ..protocol import Legend

FEWEST_CLASSES = 2  # black and white say nothing: every mask has them
OVERRULE = "Say in label_values what each value means if that is wrong."


class Declared(NamedTuple):
    """What values mean.

    Args:
        index_of: index in the legend of each value.
        remark: sentence for the user; empty: there is nothing to say.
    """

    index_of: dict[float, int]
    remark: str = ""


def declared_classes(
    dataset: DatasetReader, legend: Legend, used: Callable[[], set[float]]
) -> Declared:
    """Return what the values of the first band mean.

    Args:
        dataset: the raster.
        legend: the classes.
        used: returns the values that occur; called only where the answer depends on it.
    """
    by_code = {float(code): index for index, code in enumerate(legend.codes)}
    return (
        _by_names(dataset, legend, by_code)
        or _by_colors(dataset, legend, by_code, used)
        or Declared(by_code)
    )


def palette_of(dataset: DatasetReader) -> dict[int, tuple[int, int, int, int]]:
    """Return red, green, blue and opacity by value; empty without a color table."""
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
    told = listed([f"{value:g} is {names[value]}" for value in sorted({*known, *foreign})])
    return Declared(
        known,
        f"The labels {dataset.name} name their values otherwise than the codes of the legend, so "
        f"the names count: {told}. Values with other names are unknown. {OVERRULE}",
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
    seen = {value: index for value, index in painted.items() if value in in_use}
    if not seen or _agree(seen, by_code):
        return None
    told = listed(
        [f"{value:g} is {legend.classes[index].title}" for value, index in sorted(seen.items())]
    )
    said = f"The color table of the labels {dataset.name} says otherwise than the codes of the"
    if any(found.get(value, 0) is None and value in by_code for value in in_use):
        return Declared(
            by_code, f"{said} legend ({told}), but for some values only, so the codes count. "
            f"{OVERRULE}",
        )  # fmt: skip
    return Declared(painted, f"{said} legend, so the colors count: {told}. {OVERRULE}")


def _agree(found: dict[float, int], by_code: dict[float, int]) -> bool:
    return all(by_code.get(value) == index for value, index in found.items())
