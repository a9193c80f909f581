# SPDX-License-Identifier: GPL-2.0-or-later
"""Label polygons rasterized on a grid; later polygons and layers overwrite earlier ones.

A pixel belongs to the polygon that contains its center. Pixels outside all polygons are unknown, as
are those in polygons without a class (NULL, NaN or empty text) or with an unlisted value.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rasterio.features import rasterize

from ..metrics import IGNORED
from ..protocol import InputError, spelled
from ..raster.polygons_file import read_polygons
from .class_lookup import find_class, indexes_by_value, is_missing, listed, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..protocol import Legend
    from ..raster.grid import RasterGrid
    from .truth_source import Truth

CLASS_FIELDS = ("code", "class", "class_name", "land_class", "label", "name")


def burn_polygons(
    truth: Truth, grid: RasterGrid, legend: Legend, warn: Callable[[str], None]
) -> np.ndarray:
    """Return the class index of each pixel of a grid, (H, W) uint8, or `IGNORED`.

    Args:
        truth: path of the file, and optionally the class field.
        grid: grid of the image.
        legend: legend with codes and names of the classes.
        warn: callback for sentences about polygons that cannot be used.

    Raises:
        InputError: if the file cannot be read, or a class is not in the legend.
    """

    def field_of(layer: str, fields: Sequence[str]) -> str:
        return _class_field(truth, layer, fields)

    found = read_polygons(truth.path, "labels", grid, field_of)
    for remark in found.remarks:
        warn(remark)
    index_of = _indexes_of(found.everywhere, truth, legend)
    _warn_of_missing(found.everywhere, truth, warn)
    burnt = [
        (shape, IGNORED if is_missing(value) else index_of[value])
        for shape, value in zip(found.shapes, found.values, strict=True)
    ]
    shape = (grid.height, grid.width)
    if not burnt:
        return np.full(shape, IGNORED, np.uint8)
    return rasterize(burnt, shape, fill=IGNORED, transform=grid.transform, dtype=np.uint8)


def _class_field(truth: Truth, layer: str, fields: Sequence[str]) -> str:
    """Return the name of the class field.

    Raises:
        InputError: if the layer has no such field.
    """
    wanted = (truth.class_field,) if truth.class_field else CLASS_FIELDS
    by_name = {field.lower(): field for field in reversed(fields)}
    for field in wanted:
        if field in fields or field.lower() in by_name:
            return field if field in fields else by_name[field.lower()]
    # A file of one layer, as Processing writes it, commonly has the name of its layer.
    is_alone = Path(truth.path).stem == layer
    where = "" if is_alone else f" in the layer '{layer}'"
    hint = "" if is_alone else " To choose another layer, add |layername=NAME to the path."
    raise InputError(
        f"The labels {truth.path} have no field {' or '.join(wanted)}{where}: set class_field to "
        "the field with the code or the name of the class; the fields are "
        f"{', '.join(fields) or 'none'}.{hint}"
    )


def _warn_of_missing(values: Sequence[Any], truth: Truth, warn: Callable[[str], None]) -> None:
    missing = sum(is_missing(value) for value in values)
    if missing == 1:
        warn(
            f"In the labels {truth.path} 1 polygon of {len(values)} has no class (NULL or empty), "
            "so it counts as unknown: give it a class, or delete it."
        )
    elif missing:
        warn(
            f"In the labels {truth.path} {missing} polygons of {len(values)} have no class (NULL "
            "or empty), so they count as unknown: give them a class, or delete them."
        )


def _indexes_of(values: Sequence[Any], truth: Truth, legend: Legend) -> dict[Any, int]:
    """Return the class index of each value, `IGNORED` for values that label_values do not list.

    Raises:
        InputError: if classes are not in the legend, and no label_values are given.
    """
    distinct = dict.fromkeys(value for value in values if not is_missing(value))
    if truth.meanings:
        known = indexes_by_value(truth, legend)
        return {value: known.get(spelled(value), IGNORED) for value in distinct}
    found = {value: find_class(value, legend) for value in distinct}
    unknown = [f"'{value}'" for value, index in found.items() if index is None]
    if unknown:
        several = len(unknown) > 1
        raise InputError(
            f"The labels {truth.path} have the {'classes' if several else 'class'} "
            f"{listed(unknown)}, {'none of which is one' if several else 'which is none'} of "
            f"{names_of(legend)}: correct {'them' if several else 'it'}, or state in "
            "label_values what each value means."
        )
    return {value: index for value, index in found.items() if index is not None}
