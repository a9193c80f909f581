# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons with a class, burnt onto a grid; later ones, and layers, lie over earlier ones.

A pixel belongs to the polygon that its center lies in. Between polygons nothing is known, nor in
one whose value has no meaning.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyogrio
import rasterio.warp
import shapely
from rasterio.crs import CRS
from rasterio.features import rasterize

from ..evaluation import IGNORED
from ..protocol import InputError, spelled
from .meanings import find_class, indexes_by_value, names_of

if TYPE_CHECKING:
    from ..protocol import Legend
    from ..raster.grid import RasterGrid
    from .truth import Truth

CLASS_FIELDS = ("code", "class", "class_name", "land_class", "label", "name")


def burn_polygons(truth: Truth, grid: RasterGrid, legend: Legend) -> np.ndarray:
    """Return the class of each pixel of a grid, (H, W) uint8: its index, or `IGNORED`.

    Args:
        truth: the file, and perhaps the field of the class.
        grid: where they are wanted.
        legend: what codes and names mean.

    Raises:
        InputError: the file cannot be read, or a class is none of the legend's.
    """
    polygons, values = _read(truth, grid.crs)
    index_of = _indexes_of(values, truth, legend)
    burnt = [(polygon, index_of[value]) for polygon, value in zip(polygons, values, strict=True)]
    shape = (grid.height, grid.width)
    if not burnt:
        return np.full(shape, IGNORED, np.uint8)
    return rasterize(burnt, shape, fill=IGNORED, transform=grid.transform, dtype=np.uint8)


def _read(truth: Truth, crs: CRS) -> tuple[np.ndarray, list[Any]]:
    """Return polygons in a CRS, and what their class field says, of one layer or of all."""
    name, _, layer = truth.path.partition("|layername=")
    if not Path(name).exists():
        raise InputError(f"The labels {name} do not exist: check the path.")
    try:
        layers = [layer] if layer else _areal_layers(name)
        read = [_read_layer(name, one, truth.class_field, crs) for one in layers]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise InputError(f"The labels {name} cannot be read as a vector file: {error}.") from error
    polygons = np.concatenate([found for found, _ in read])
    return polygons, [value for _, values in read for value in values]


def _areal_layers(name: str) -> list[str]:
    """Return the layers that may hold polygons; saved styles are a layer too, without geometry.

    Raises:
        InputError: there is none.
    """
    layers = [
        str(layer)
        for layer, kind in pyogrio.list_layers(name)
        if kind and "Point" not in kind and "Line" not in kind
    ]
    if not layers:
        raise InputError(f"The labels {name} have no layer of polygons: choose another file.")
    return layers


def _read_layer(name: str, layer: str, asked: str, crs: CRS) -> tuple[np.ndarray, list[Any]]:
    field = _class_field(name, layer, asked)
    meta, _, geometries, (values,) = pyogrio.raw.read(name, layer=layer, columns=[field])
    if meta["crs"] is None:
        raise InputError(
            f"The labels {name} have no coordinate reference system: assign one to the layer "
            f"'{layer}' first."
        )
    polygons = _in_crs(shapely.from_wkb(geometries), CRS.from_user_input(meta["crs"]), crs)
    is_area = shapely.area(polygons) > 0
    return polygons[is_area], [value for value, kept in zip(values, is_area, strict=True) if kept]


def _class_field(name: str, layer: str, asked: str) -> str:
    fields = list(pyogrio.read_info(name, layer=layer)["fields"])
    wanted = (asked,) if asked else CLASS_FIELDS
    for field in wanted:
        if field in fields:
            return field
    raise InputError(
        f"The layer '{layer}' of the labels {name} has no field {' or '.join(wanted)}: give the "
        "field with the code or the name of the class as class_field; there is "
        f"{', '.join(fields) or 'none'}. Of a file with several layers, |layername=NAME after its "
        "path takes one."
    )


def _in_crs(polygons: np.ndarray, source: CRS, wanted: CRS) -> np.ndarray:
    if source == wanted:
        return polygons

    def moved(points: np.ndarray) -> np.ndarray:
        return np.stack(rasterio.warp.transform(source, wanted, *points.T)[:2], axis=1)

    return shapely.transform(polygons, moved)


def _indexes_of(values: list[Any], truth: Truth, legend: Legend) -> dict[Any, int]:
    """Return the index of the class of each value, `IGNORED` of one whose meaning is left open.

    Raises:
        InputError: a class is none of the legend's, and nobody said what is meant.
    """
    distinct = dict.fromkeys(values)
    if truth.meanings:
        known = indexes_by_value(truth, legend)
        return {value: known.get(spelled(value), IGNORED) for value in distinct}
    found = {value: find_class(value, legend) for value in distinct}
    unknown = [str(value) for value, index in found.items() if index is None]
    if unknown:
        raise InputError(
            f"The labels {truth.path} have the class '{unknown[0]}', which is none of "
            f"{names_of(legend)}: correct it, or say in label_values what each value means."
        )
    return {value: index for value, index in found.items() if index is not None}
