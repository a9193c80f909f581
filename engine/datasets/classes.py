# SPDX-License-Identifier: GPL-2.0-or-later
"""Classes: the truth of a scene, whatever it is written in, on the pixel lattice of the image.

Labels that say where they lie are brought over by their nearest pixel. Those that do not must
have the image's size.
"""

from __future__ import annotations

from contextlib import contextmanager
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from ..evaluation import IGNORED
from ..protocol import NODATA, InputError
from ..raster.opening import open_raster, reading
from ..raster.windows import raster_window
from ..tiling.window import Window
from .colors import decode_colors
from .meanings import indexes_by_value
from .polygons import burn_polygons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rasterio import DatasetReader

    from ..protocol import Legend
    from ..raster.grid import RasterGrid
    from .truth import Truth

STRIP_ROWS = 512
MOST = 30_000  # values are looked through up to this one


def read_classes(truth: Truth, grid: RasterGrid, legend: Legend) -> np.ndarray:
    """Return the class of each pixel of a grid, (H, W) uint8: its index in the legend.

    `IGNORED` is where nothing is known.

    Raises:
        InputError: the file cannot be used, or knows no class of the legend on this grid.
    """
    if truth.coding == "polygons":
        classes = burn_polygons(truth, grid, legend)
    else:
        classes = _read_raster(truth, grid, legend)
    if (classes == IGNORED).all():
        raise InputError(_nothing_known(truth, legend))
    return classes


def _nothing_known(truth: Truth, legend: Legend) -> str:
    if truth.meanings:
        return (
            f"The labels {truth.path} have none of the values {', '.join(truth.meanings)} where "
            "the image lies: choose the labels of the same place, or say in label_values what "
            "their values mean."
        )
    hint = "" if truth.coding == "colors" else ", or say in label_values what others mean"
    return (
        f"The labels {truth.path} know none of the classes {legend.coded_titles} where the image "
        f"lies: choose the labels of the same place, with these classes{hint}."
    )


def _read_raster(truth: Truth, grid: RasterGrid, legend: Legend) -> np.ndarray:
    is_colored = truth.coding == "colors"
    bands = [1, 2, 3] if is_colored else [1]
    index_of = _index_of(truth, legend)
    classes = np.empty((grid.height, grid.width), np.uint8)
    with open_raster(truth.path, "labels") as dataset, reading(dataset, "labels"):
        if dataset.count < len(bands):
            raise InputError(
                f"The labels {truth.path} have {dataset.count} band, but colors need three: take "
                "the color-coded file of the data set."
            )
        with _on_grid(dataset, grid, _unexplained(index_of, dataset.dtypes[0])) as onto_image:
            for top in range(0, grid.height, STRIP_ROWS):
                strip = Window(top, 0, STRIP_ROWS, grid.width).clip(grid.height, grid.width)
                values = onto_image.read(bands, window=raster_window(strip))
                classes[strip.slices] = (
                    decode_colors(values, legend, truth.path)
                    if is_colored
                    else _decode_codes(values[0], index_of)
                )
    return classes


@contextmanager
def _on_grid(
    dataset: DatasetReader, grid: RasterGrid, beyond: int
) -> Iterator[DatasetReader | WarpedVRT]:
    """Open labels as they lie on a grid, with the value `beyond` outside them.

    Raises:
        InputError: they do not say where they lie, and have another size.
    """
    if dataset.crs is None:
        if dataset.shape != (grid.height, grid.width):
            raise InputError(
                f"The labels {dataset.name} have {dataset.width} x {dataset.height} px and no "
                f"place on Earth, but the image has {grid.width} x {grid.height} px: take the "
                "labels of this image, or georeference them."
            )
        yield dataset
        return
    with WarpedVRT(
        dataset,
        crs=grid.crs,
        transform=grid.transform,
        width=grid.width,
        height=grid.height,
        src_nodata=None if beyond else NODATA,
        nodata=beyond,
        resampling=Resampling.nearest,
    ) as onto_grid:
        yield onto_grid


def _unexplained(index_of: dict[float, int], dtype: str) -> int:
    """Return a value that means nothing: 0, unless it is one of the codes.

    Nor do its neighbors then, because warping changes pixels of that value by one.

    Raises:
        InputError: every value that the labels can have means something, or is beside one.
    """
    if NODATA not in index_of:
        return NODATA
    highest = min(np.iinfo(dtype).max, MOST) if np.issubdtype(dtype, np.integer) else MOST
    for value in range(int(highest) - 1, NODATA, -1):
        if not {value - 1, value, value + 1} & index_of.keys():
            return value
    raise InputError(
        "Label values explain so many values that none is left, away from them, to mark where "
        "there are no labels: leave some out."
    )


def _decode_codes(values: np.ndarray, index_of: dict[float, int]) -> np.ndarray:
    """Return the class of each value of a band, (h, w) uint8: its index, or `IGNORED`."""
    classes = np.full(values.shape, IGNORED, np.uint8)
    for code, index in index_of.items():
        classes[values == code] = index
    return classes


def _index_of(truth: Truth, legend: Legend) -> dict[float, int]:
    """Return the index in the legend of each code of a raster.

    Raises:
        InputError: something whose meaning is given is no number, or no class is meant.
    """
    if not truth.meanings:
        return {code: index for index, code in enumerate(legend.codes)}
    indexes = indexes_by_value(truth, legend)
    words = [value for value in indexes if not _is_number(value)]
    if words:
        raise InputError(
            f"The labels {truth.path} are a raster of codes, but label_values explain "
            f"{', '.join(words)}, which is no number: write the codes, as 6=building."
        )
    by_code = {float(code): index for code, index in indexes.items()}
    if len(by_code) < len(indexes):
        raise InputError(
            "Label values say twice what a code means, as 6 and 06 would: leave one out."
        )
    return by_code


def _is_number(value: str) -> bool:
    try:
        return isfinite(float(value)) and "_" not in value
    except ValueError:
        return False
