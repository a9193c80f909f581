# SPDX-License-Identifier: GPL-2.0-or-later
"""Label polygons with their classes, and rasterized on a grid, where later ones overwrite earlier.

A pixel belongs to the polygon that contains its center. Pixels outside all polygons are unknown, as
are those in polygons without a class (NULL, NaN or empty text) or with an unlisted value.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from rasterio.features import rasterize

from ..metrics import IGNORED
from ..protocol import InputError, spelled
from ..raster.polygons_file import read_polygons
from .class_lookup import find_class, indexes_by_value, is_missing, listed, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..protocol import Legend
    from ..raster.grid import RasterGrid
    from .truth_source import Truth

CLASS_FIELDS = ("code", "class", "class_name", "land_class", "label", "name")


class ClassPolygons(NamedTuple):
    """Polygons of a label file with their classes.

    Args:
        shapes: (n,) polygons in the CRS of the grid.
        owners: (n,) index of the feature of each polygon; a feature may have several.
        classes: (m,) class index of each feature, `IGNORED` without a known class.
        fids: (m,) feature IDs.
    """

    shapes: np.ndarray
    owners: np.ndarray
    classes: np.ndarray
    fids: np.ndarray


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
    found = read_class_polygons(truth, grid, legend, warn)
    shape = (grid.height, grid.width)
    if not len(found.shapes):
        return np.full(shape, IGNORED, np.uint8)
    burnt = zip(found.shapes, found.classes[found.owners].tolist(), strict=True)
    return rasterize(burnt, shape, fill=IGNORED, transform=grid.transform, dtype=np.uint8)


def read_class_polygons(
    truth: Truth,
    grid: RasterGrid,
    legend: Legend,
    warn: Callable[[str], None],
    *,
    skip_unknown: bool = False,
) -> ClassPolygons:
    """Return the polygons around a grid with their classes.

    Args:
        truth: path of the file, and optionally the class field and label values.
        grid: grid around which polygons are read.
        legend: legend with codes and names of the classes.
        warn: callback for sentences about polygons that cannot be used.
        skip_unknown: whether values that are no class are left out with a warning; by default they
            are an error, unless label values are given.

    Raises:
        InputError: if the file cannot be read, a class is not in the legend, or with
            `skip_unknown` all are not.
    """

    def field_of(layer: str, fields: Sequence[str]) -> str:
        return _class_field(truth, layer, fields)

    found = read_polygons(truth.path, "labels", grid, field_of)
    for remark in found.remarks:
        warn(remark)
    index_of = _indexes_of(found.everywhere, truth, legend, skip_unknown=skip_unknown)
    _warn_of_missing(found.everywhere, truth, warn)
    if skip_unknown:
        _warn_of_unknown(found.everywhere, index_of, truth, legend, warn)
    classes = [IGNORED if is_missing(each) else index_of[each] for each in found.everywhere]
    return ClassPolygons(found.shapes, found.owners, np.array(classes, np.intp), found.fids)


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


def _warn_of_unknown(
    values: Sequence[Any],
    index_of: Mapping[Any, int],
    truth: Truth,
    legend: Legend,
    warn: Callable[[str], None],
) -> None:
    """Warn of values that are no class.

    Raises:
        InputError: if no value is a class.
    """
    given = [value for value in values if not is_missing(value)]
    unknown = [value for value in given if index_of[value] == IGNORED]
    if not unknown:
        return
    names = listed([f"'{value}'" for value in dict.fromkeys(unknown)])
    known = ", ".join(truth.meanings) if truth.meanings else names_of(legend)
    if len(unknown) == len(given):
        raise InputError(
            f"No polygon of the labels {truth.path} has a known class: its values are {names}, but "
            f"the classes are {known}. Choose the field with the class in class_field, or state in "
            "label_values what each value means."
        )
    share = len(unknown) / len(given)
    warn(
        f"In the labels {truth.path} {len(unknown)} of {len(given)} polygons ({share:.0%}) have a "
        f"value that is no class ({names}), so they are left out: correct them, or state in "
        "label_values what each value means."
    )


def _indexes_of(
    values: Sequence[Any], truth: Truth, legend: Legend, *, skip_unknown: bool
) -> dict[Any, int]:
    """Return the class index of each value, `IGNORED` for those that may be left out.

    Raises:
        InputError: if classes are not in the legend, no label_values are given and unknown values
            are not skipped.
    """
    distinct = dict.fromkeys(value for value in values if not is_missing(value))
    if truth.meanings:
        known = indexes_by_value(truth, legend)
        return {value: known.get(spelled(value), IGNORED) for value in distinct}
    found = {value: find_class(value, legend) for value in distinct}
    unknown = [f"'{value}'" for value, index in found.items() if index is None]
    if unknown and not skip_unknown:
        several = len(unknown) > 1
        raise InputError(
            f"The labels {truth.path} have the {'classes' if several else 'class'} "
            f"{listed(unknown)}, {'none of which is one' if several else 'which is none'} of "
            f"{names_of(legend)}: correct {'them' if several else 'it'}, or state in "
            "label_values what each value means."
        )
    return {value: IGNORED if index is None else index for value, index in found.items()}
