# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground truth: class indices of a labeled scene on the grid of its image, from any coding.

Polygons are rasterized (see `polygons`). For rasters the first applicable rule holds:

- Pixels hidden by a mask or an alpha band are unknown.
- Values listed in `label_values` have the given class, even the nodata value; all other values are
  unknown. The first band is used.
- Nodata is unknown, even if the value is a code of the legend; a warning is issued then. In a
  raster of colors all three bands must have the nodata value.
- Three or more bands are colors of the legend (see `colors`) with 8-bit levels in any data type.
- A single band has the classes that its value names or its color table declare, if they match the
  legend (see `declared`), else codes of the legend. Of two bands the first is used.
- The scale and the offset of the band are applied to codes, as in QGIS.

Georeferenced labels are resampled to the image by nearest neighbor (see `label_raster`). Others
must have the image's size.
"""

from __future__ import annotations

from collections import Counter
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from ..metrics import IGNORED
from ..protocol import InputError
from ..raster.opening import open_raster, reading
from .class_lookup import indexes_by_value, number_in
from .colors import class_of_color, decode_colors
from .declared_classes import declared_classes, palette_of
from .label_raster import LabelRaster
from .polygons import burn_polygons

if TYPE_CHECKING:
    from collections.abc import Callable

    from rasterio import DatasetReader

    from ..protocol import Legend
    from ..raster.grid import RasterGrid
    from .truth_source import Truth

CLOSE = 1e-6  # tolerance for scaled values of the same code
UNLABELED = (0, 255)  # customary values of unlabeled pixels
MAX_SHOWN = 4  # values in a warning


def read_classes(
    truth: Truth, grid: RasterGrid, legend: Legend, warn: Callable[[str], None] = lambda _: None
) -> np.ndarray:
    """Return the class of each pixel of a grid, (H, W) uint8: its index in the legend.

    Unknown pixels are `IGNORED`.

    Args:
        truth: file of the labels and its coding.
        grid: grid of the image.
        legend: legend with the classes.
        warn: callback for sentences about labels that may be misinterpreted.

    Raises:
        InputError: if the file cannot be used, or has no class of the legend on this grid.
    """
    if truth.coding == "polygons":
        classes = burn_polygons(truth, grid, legend, warn)
    else:
        with open_raster(truth.path, "labels") as dataset, reading(dataset, "labels"):
            raster = LabelRaster(dataset, grid, warn)
            if truth.coding == "colors" and dataset.count >= 3:
                classes = _read_colors(raster, dataset, grid, legend, warn)
            elif truth.coding == "colors":
                classes = _read_painted(raster, dataset, grid, legend)
            else:
                classes = _read_codes(raster, dataset, truth, grid, legend, warn)
    if (classes == IGNORED).all():
        raise InputError(_unlabeled(truth, legend))
    return classes


def _unlabeled(truth: Truth, legend: Legend) -> str:
    if truth.meanings:
        return (
            f"The labels {truth.path} have none of the values {', '.join(truth.meanings)} where "
            "the image lies: choose the labels of the same place, or state in label_values what "
            "their values mean."
        )
    hint = "" if truth.coding == "colors" else ", or state in label_values what other values mean"
    return (
        f"The labels {truth.path} have none of the classes {legend.coded_titles} where the image "
        f"lies: choose the labels of the same place, with these classes{hint}."
    )


def _read_colors(
    raster: LabelRaster,
    dataset: DatasetReader,
    grid: RasterGrid,
    legend: Legend,
    warn: Callable[[str], None],
) -> np.ndarray:
    classes = np.full((grid.height, grid.width), IGNORED, np.uint8)
    nodata = dataset.nodatavals[:3]
    has_nodata = all(level is not None and not isnan(level) for level in nodata)
    if has_nodata and any(nodata):
        color = tuple(int(level) for level in nodata)
        hidden = class_of_color(color, legend)
        if hidden is not None:
            warn(_hidden_by_nodata(dataset, f"the color {color}", legend.classes[hidden].title))
    for window, values, known in raster.blocks((1, 2, 3)):
        if has_nodata:
            known = known & (values != np.reshape(nodata, (3, 1, 1))).any(axis=0)  # noqa: PLW2901
        # Unknown pixels become black, which is no class, so their color is not decoded.
        classes[window.slices] = decode_colors(np.where(known, values, 0), legend, dataset.name)
        classes[window.slices][~known] = IGNORED
    return classes


def _read_painted(
    raster: LabelRaster, dataset: DatasetReader, grid: RasterGrid, legend: Legend
) -> np.ndarray:
    """Return the classes of a raster with the coding `colors` that has a color table.

    Raises:
        InputError: if the raster has no color table, or a color is not in the legend.
    """
    palette = palette_of(dataset)
    if not palette:
        count = "1 band" if dataset.count == 1 else f"{dataset.count} bands"
        raise InputError(
            f"The labels {dataset.name} have {count}, but colors need three: choose "
            "the color-coded file of the data set."
        )
    colors = np.zeros((3, max(palette) + 1), np.uint8)
    for value, (*levels, opacity) in palette.items():
        colors[:, value] = levels if opacity else (0, 0, 0)
    classes = np.full((grid.height, grid.width), IGNORED, np.uint8)
    nodata = dataset.nodatavals[0]
    for window, values, known in raster.blocks((1,)):
        if nodata is not None:
            known = known & (values[0] != nodata)  # noqa: PLW2901
        known = known & (values[0] >= 0) & (values[0] <= max(palette))  # noqa: PLW2901
        painted = colors[:, np.where(known, values[0], 0)]
        classes[window.slices] = decode_colors(painted * known, legend, dataset.name)
        classes[window.slices][~known] = IGNORED
    return classes


def _read_codes(
    raster: LabelRaster,
    dataset: DatasetReader,
    truth: Truth,
    grid: RasterGrid,
    legend: Legend,
    warn: Callable[[str], None],
) -> np.ndarray:
    nodata, scale, offset = dataset.nodatavals[0], dataset.scales[0], dataset.offsets[0]

    def used() -> set[float]:
        found: set[float] = set()
        for _, values, known in raster.blocks((1,)):
            found.update(np.unique(values[0][known]).astype(float).tolist())
        return found - {nodata}

    remark = ""
    if truth.meanings:
        index_of = _listed(truth, legend)
        if nodata is not None and nodata * scale + offset in index_of:
            nodata = None
    else:
        index_of, remark = declared_classes(dataset, legend, used)
        if remark:
            warn(remark)
            scale, offset = 1.0, 0.0  # names and colors refer to stored values
        if nodata is not None and nodata * scale + offset in index_of:
            title = legend.classes[index_of[nodata * scale + offset]].title
            warn(_hidden_by_nodata(dataset, f"the value {nodata:g}", title))
    classes = np.full((grid.height, grid.width), IGNORED, np.uint8)
    others: Counter[float] = Counter()
    for window, values, known in raster.blocks((1,)):
        if nodata is not None:
            known = known & (values[0] != nodata)  # noqa: PLW2901
        decoded = _decode_codes(values[0], index_of, scale, offset)
        classes[window.slices] = np.where(known, decoded, np.uint8(IGNORED))
        _count(others, values[0][known & (decoded == IGNORED)])
    if not truth.meanings and not remark:
        _warn_of_others(others, classes.size, dataset, legend, warn)
    return classes


def _count(others: Counter[float], values: np.ndarray) -> None:
    """Count values that are not codes, and that are not customary for unlabeled pixels."""
    found, counts = np.unique(values, return_counts=True)
    for value, count in zip(found.tolist(), counts.tolist(), strict=True):
        if value not in UNLABELED:
            others[value] += count


def _warn_of_others(
    others: Counter[float],
    size_px: int,
    dataset: DatasetReader,
    legend: Legend,
    warn: Callable[[str], None],
) -> None:
    """Warn of values that are not in the legend, with their share of the image."""
    if not others:
        return
    shown = [f"{value:g} ({count / size_px:.1%})" for value, count in others.most_common(MAX_SHOWN)]
    more = f" and {len(others) - MAX_SHOWN} more" if len(others) > MAX_SHOWN else ""
    warn(
        f"The labels {dataset.name} have values that are not in the legend, {', '.join(shown)}"
        f"{more} of the image, which count as unlabeled. The codes are {legend.coded_titles}: "
        "state in label_values what the values mean if they follow another legend."
    )


def _hidden_by_nodata(dataset: DatasetReader, what: str, title: str) -> str:
    return (
        f"The labels {dataset.name} declare {what} as nodata, so pixels that look like {title} are "
        "unknown: unset the nodata value, or list it in label_values, if that is a mistake."
    )


def _decode_codes(
    values: np.ndarray, index_of: dict[float, int], scale: float, offset: float
) -> np.ndarray:
    """Return the class index of each value of a band, (h, w) uint8, or `IGNORED`."""
    classes = np.full(values.shape, IGNORED, np.uint8)
    is_scaled = (scale, offset) != (1.0, 0.0)
    scaled = values.astype(np.float64) * scale + offset if is_scaled else values
    for code, index in index_of.items():
        is_code = np.abs(scaled - code) < CLOSE if is_scaled else scaled == code
        classes[is_code] = index
    return classes


def _listed(truth: Truth, legend: Legend) -> dict[float, int]:
    """Return the index in the legend of each code listed in label values.

    Raises:
        InputError: if a listed value is not a number, or a class is not in the legend.
    """
    indexes = indexes_by_value(truth, legend)
    words = [value for value in indexes if number_in(value) is None]
    if words:
        raise InputError(
            f"The labels {truth.path} are a raster of codes, but label_values lists "
            f"{', '.join(words)}, which is not a number: use codes, as in 6=building."
        )
    by_code = {float(code): index for code, index in indexes.items()}
    if len(by_code) < len(indexes):
        raise InputError(
            "In label_values a code is listed twice, as 6 and 06 would be: leave one out."
        )
    return by_code
