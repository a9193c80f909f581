# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels around an object: windows of codes, confidence and heights at any place of a raster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np
from scipy import ndimage

from ..outputs.destination import writing
from ..protocol import InputError
from ..tiling.window import Window
from .features import PERCENTILE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ..raster.grid import RasterGrid

ReadWindow: TypeAlias = "Callable[[Window], np.ndarray]"

MARGIN_PX = 1
FULL_PERCENT = 100


class ObjectPixels(NamedTuple):
    """A window around one object, with a margin of one pixel that may lie outside the raster.

    Args:
        mask: pixels of the object, (h, w) bool.
        codes: class codes, (h, w) uint8; 0 outside the raster.
        confidence: confidence in percent, (h, w) uint8, or None.
        heights_m: heights above ground, (h, w) float32, NaN where unknown, or None.
        inside: pixels inside the raster, (h, w) bool.
        row: row of the window's first row in the raster, -1 at the least.
        column: column of the window's first column in the raster, -1 at the least.
    """

    mask: np.ndarray
    codes: np.ndarray
    confidence: np.ndarray | None
    heights_m: np.ndarray | None
    inside: np.ndarray
    row: int
    column: int

    @property
    def touches_nodata(self) -> bool:
        """Whether a pixel of the raster without a class is beside the object."""
        beside = ndimage.binary_dilation(self.mask) & (self.codes == 0) & self.inside
        return bool(beside.any())

    @property
    def touches_edge(self) -> bool:
        """Whether the object reaches the edge of the raster."""
        return not self.inside.all()


def joined_values(
    values: Sequence[dict[str, np.ndarray]], order: np.ndarray
) -> dict[str, np.ndarray]:
    """Return the values of all blocks by field name, in another order."""
    return {name: np.concatenate([each[name] for each in values])[order] for name in values[0]}


def measures(pixels: ObjectPixels, chosen: np.ndarray) -> dict[str, float]:
    """Return mean confidence and heights of some pixels of an object; NaN where unknown.

    Args:
        pixels: window around the object.
        chosen: pixels to measure, (h, w) bool.
    """
    found = dict.fromkeys(("confidence", "height_mean_m", "height_p95_m"), float("nan"))
    if pixels.confidence is not None:
        percents = pixels.confidence[chosen]
        percents = percents[(percents > 0) & (percents <= FULL_PERCENT)]
        if len(percents):
            found["confidence"] = round(float(percents.mean()), 1)
    if pixels.heights_m is not None:
        heights = pixels.heights_m[chosen]
        heights = heights[np.isfinite(heights)]
        if len(heights):
            found["height_mean_m"] = round(float(heights.mean(dtype=np.float64)), 2)
            p95 = np.percentile(heights, PERCENTILE, method="inverted_cdf")
            found["height_p95_m"] = round(float(p95), 2)
    return found


class PixelReader:
    """Reader of the pixels around objects.

    Args:
        codes: codes of all objects, (h, w) uint8, usually mapped from a file.
        classes: codes of the ground, (h, w) uint8, usually mapped from a file.
        confidence: function that reads the confidence of a window, or None.
        heights_m: function that reads the heights of a window, or None.
    """

    def __init__(
        self,
        codes: np.ndarray,
        classes: np.ndarray,
        confidence: ReadWindow | None,
        heights_m: ReadWindow | None,
    ) -> None:
        self._codes, self._classes = codes, classes
        self._confidence, self._heights_m = confidence, heights_m

    def around(self, window: Window, first_column: int) -> ObjectPixels:
        """Return the pixels of a 4-connected region.

        Holes that belong to the same class of the ground are filled.

        Args:
            window: bounds of the region.
            first_column: column of its leftmost pixel in the first row of the window.
        """
        codes = np.asarray(self._codes[window.slices])
        first = (0, first_column - window.col)
        code = codes[first]
        regions, _ = ndimage.label(codes == code)
        mask = regions == regions[first]
        is_absorbed = (codes == 0) & (self._classes[window.slices] == code)
        if is_absorbed.any():
            mask |= is_absorbed & ndimage.binary_fill_holes(mask)
        height, width = self._codes.shape
        wider = Window(
            window.row - MARGIN_PX,
            window.col - MARGIN_PX,
            window.height + 2 * MARGIN_PX,
            window.width + 2 * MARGIN_PX,
        )
        seen = wider.clip(height, width)
        before, after = _padding(wider, seen)
        pads = tuple(zip(before, after, strict=True))
        confidence = None if self._confidence is None else self._confidence(seen)
        heights_m = None if self._heights_m is None else self._heights_m(seen)
        return ObjectPixels(
            np.pad(mask, MARGIN_PX),
            np.pad(np.asarray(self._classes[seen.slices]), pads),
            None if confidence is None else np.pad(confidence, pads),
            None if heights_m is None else np.pad(heights_m, pads, constant_values=np.nan),
            np.pad(np.ones((seen.height, seen.width), bool), pads),
            wider.row,
            wider.col,
        )


def scratch_array(path: Path, grid: RasterGrid) -> np.ndarray:
    """Return a new array (h, w) uint8 that is mapped from a file, so that it needs no memory.

    Raises:
        OutputError: if the disk is full. Space is reserved, as writing to a mapped file on a full
            disk would end the process.
    """
    size = grid.height * grid.width
    with writing(path), path.open("wb") as file:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)
    return np.memmap(path, np.uint8, "r+", shape=(grid.height, grid.width))


def read_scratch_array(path: Path, grid: RasterGrid) -> np.ndarray:
    """Return an array that another process filled, (h, w) uint8.

    Raises:
        InputError: if the file cannot be read on this computer.
    """
    try:
        return np.memmap(path, np.uint8, "r", shape=(grid.height, grid.width))
    except (OSError, ValueError) as error:
        raise InputError(
            f"The file {path} cannot be read ({error}): share the output folder with all workers, "
            "under the same path."
        ) from error


def _padding(wider: Window, seen: Window) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return how many rows and columns are missing before and after the seen part."""
    before = (seen.row - wider.row, seen.col - wider.col)
    after = (
        wider.height - seen.height - before[0],
        wider.width - seen.width - before[1],
    )
    return before, after
