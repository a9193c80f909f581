# SPDX-License-Identifier: GPL-2.0-or-later
"""The source: a class raster, and the confidence that goes with it, strip by strip."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np

from ..protocol import NODATA, InputError, listed
from ..raster.area import find_area
from ..raster.band_reader import BandReader
from ..raster.bands import band_traits
from ..raster.opening import check_projected, grid_of, open_raster, reading
from ..raster.windows import raster_window
from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rasterio.io import DatasetReader
    from rasterio.windows import Window as RasterioWindow

    from ..protocol import Extent, Legend
    from ..raster.grid import RasterGrid

CLASSES = "class raster"
CONFIDENCE = "confidence raster"
STRIP_PX = 1 << 21  # pixels traced at once: enough for numpy, little for memory
_SAME_PLACE_PX = 0.01


class ClassSource:
    """A class raster, or a rectangle of it, to read; a context manager.

    Windows are relative to the upper left corner of `part`.

    Args:
        path: one band of uint8 codes.
        confidence: one band of uint8 percents on the same grid, or None.
        extent: xmin, ymin, xmax, ymax of the part to read in the raster's CRS; None: all of it.

    Attributes:
        whole: grid of the raster.
        part: window of `whole` that is read.
        grid: grid of the part.

    Raises:
        InputError: a raster cannot be used.
    """

    def __init__(
        self,
        path: Path | str,
        confidence: Path | str | None = None,
        extent: Extent | None = None,
    ) -> None:
        """Open the rasters and check that they are what they should be."""
        with ExitStack() as opened:
            self._classes = opened.enter_context(open_raster(str(path), CLASSES))
            _check_bytes(self._classes, CLASSES, "classes.tif")
            self._reader = BandReader(self._classes, [1], any_band=True)
            self.whole = grid_of(self._classes, CLASSES)
            check_projected(self.whole, CLASSES)
            self.part = find_area(self.whole, extent, "", of=CLASSES).window
            self.grid = self.whole.sub(self.part)
            self._confidence: DatasetReader | None = None
            if confidence is not None:
                self._confidence = opened.enter_context(open_raster(str(confidence), CONFIDENCE))
                _check_bytes(self._confidence, CONFIDENCE, "confidence.tif")
                _check_same_place(self.whole, self._confidence)
            self._opened = opened.pop_all()

    def strips(self, legend: Legend) -> Iterator[tuple[Window, np.ndarray, np.ndarray | None]]:
        """Yield windows as wide as the raster from top to bottom, with codes and confidence.

        Raises:
            InputError: a block cannot be read, or holds codes that the legend does not have.
        """
        for window in self._windows():
            codes = self.codes(window, legend)
            yield window, codes, self.confidence(window) if self.has_confidence else None

    def codes(self, window: Window, legend: Legend) -> np.ndarray:
        """Return the codes of a window, (h, w) uint8.

        Raises:
            InputError: a block cannot be read, or holds codes that the legend does not have.
        """
        known = self._known_codes(legend)
        codes = self._codes(window)
        if not known[codes].all():
            raise self._unknown_codes(known)
        return codes

    @property
    def has_confidence(self) -> bool:
        """Whether a confidence raster is given."""
        return self._confidence is not None

    def confidence(self, window: Window) -> np.ndarray:
        """Return the confidence of a window in percent, (h, w) uint8.

        Raises:
            InputError: a block cannot be read, or no confidence raster is given.
        """
        if self._confidence is None:
            raise InputError("No confidence raster is given: give the one of the label job.")
        return _read(self._confidence, self._on_raster(window), CONFIDENCE)

    @property
    def nodata(self) -> float | None:
        """Nodata value that the class raster declares; None without one."""
        return self._classes.nodatavals[0]

    def labeled(self, window: Window) -> np.ndarray:
        """Return (h, w) bool: where a window holds a class.

        Raises:
            InputError: a block cannot be read.
        """
        return self._codes(window) != NODATA

    def __enter__(self) -> ClassSource:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _windows(self) -> Iterator[Window]:
        block_px = self._classes.block_shapes[0][0]
        return strip_windows(self.part.height, self.part.width, block_px)

    def _on_raster(self, window: Window) -> RasterioWindow:
        return raster_window(window.shift(self.part.row, self.part.col))

    def _codes(self, window: Window) -> np.ndarray:
        """Return (h, w) uint8 codes, `NODATA` as given by nodata, a mask or an alpha band."""
        with reading(self._classes, CLASSES):
            part = self._on_raster(window)
            codes = self._classes.read(1, window=part)
            if self._reader.rule.is_declared:
                stored = codes[np.newaxis].astype(np.float32)
                codes[~self._reader.rule.valid(self._classes, part, stored)] = NODATA
        return codes

    def _known_codes(self, legend: Legend) -> np.ndarray:
        """Return (256,) bool: the codes of the legend, and nodata."""
        known = np.zeros(256, bool)
        known[[NODATA, *legend.codes]] = True
        return known

    def _unknown_codes(self, known: np.ndarray) -> InputError:
        """Return the error that names every code of the raster that is not `known`."""
        found = np.zeros(256, bool)
        for window in self._windows():
            found[self._codes(window)] = True
        unknown = np.flatnonzero(found & ~known).tolist()
        return InputError(
            f"The class raster {self._classes.name} holds the code{'s' * (len(unknown) > 1)} "
            f"{listed(unknown)} that the legend does not have: "
            "give the legend it was made with, or choose the classes.tif of a label job."
        )


def strip_windows(height: int, width: int, block_px: int) -> Iterator[Window]:
    """Yield strips of about `STRIP_PX` pixels; of whole rows of blocks where these are low enough.

    >>> [window.height for window in strip_windows(1000, 4096, 256)]
    [512, 488]
    """
    rows = max(1, STRIP_PX // width)
    if rows >= block_px:
        rows -= rows % block_px
    for row in range(0, height, rows):
        yield Window(row, 0, min(rows, height - row), width)


def _check_bytes(dataset: DatasetReader, what: str, example: str) -> None:
    """Refuse a raster that is not one band of bytes, perhaps with an alpha band."""
    values = [band for band in band_traits(dataset) if not band.is_alpha]
    if len(values) != 1 or dataset.dtypes[0] != "uint8":
        bands = "one band" if dataset.count == 1 else f"{dataset.count} bands"
        raise InputError(
            f"The {what} {dataset.name} has {bands} of {dataset.dtypes[0]}, but one band of uint8 "
            f"is needed: choose the {example} of a label job."
        )


def _check_same_place(grid: RasterGrid, dataset: DatasetReader) -> None:
    """Check that a confidence raster has the same grid as the class raster."""
    corners_px = [(0, 0), (grid.width, 0), (0, grid.height)]
    seen_px = np.array([~grid.transform @ (dataset.transform @ xy) for xy in corners_px])
    is_same = np.allclose(seen_px, corners_px, rtol=0, atol=_SAME_PLACE_PX)
    if dataset.shape != (grid.height, grid.width) or not is_same:
        raise InputError(
            f"The confidence raster {dataset.name} is on another grid than the class "
            "raster: choose the one written by the same label job, or leave it out."
        )


def _read(dataset: DatasetReader, window: RasterioWindow, what: str) -> np.ndarray:
    with reading(dataset, what):
        return dataset.read(1, window=window)
