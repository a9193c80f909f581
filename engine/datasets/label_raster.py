# SPDX-License-Identifier: GPL-2.0-or-later
"""Label raster resampled to the grid of an image by nearest neighbor, block by block.

A pixel is known if it lies inside the raster, is not hidden by a mask or an alpha band, and has
finite values in all bands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.enums import ColorInterp

from ..protocol import InputError
from ..raster.grid import RasterGrid
from ..raster.mapping import PixelMapping
from ..raster.validity import has_mask
from ..raster.windows import raster_window
from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rasterio import DatasetReader

BLOCK_PX = 1024
SMALLEST_BLOCK_PX = 32
TIE = 1e-6  # px: makes rounding consistent for lattices that are half a pixel apart


class LabelRaster:
    """Reader of label blocks.

    Args:
        dataset: open raster.
        grid: grid of the image.
        warn: callback for a sentence about assumptions.

    Raises:
        InputError: if the raster is not georeferenced, and its size differs from the grid's.
    """

    def __init__(
        self, dataset: DatasetReader, grid: RasterGrid, warn: Callable[[str], None]
    ) -> None:
        self._dataset, self._grid = dataset, grid
        source = _grid_of(dataset, grid, warn)
        try:
            self._mapping = PixelMapping(grid, source)
        except Exception as error:  # PROJ's errors have no public class
            raise InputError(
                f"The labels {dataset.name} have a CRS that cannot be converted to that of the "
                "image: reproject them first."
            ) from error
        self._has_mask = has_mask(dataset, 1)
        self._alphas = [
            number
            for number, kind in zip(dataset.indexes, dataset.colorinterp, strict=True)
            if kind == ColorInterp.alpha and number > 1
        ]

    def blocks(self, bands: Sequence[int]) -> Iterator[tuple[Window, np.ndarray, np.ndarray]]:
        """Yield windows of the grid, their values (B, h, w), and masks (h, w) of known pixels."""
        finer = max(1.0, self._mapping.source_px_per_px)
        edge_px = max(SMALLEST_BLOCK_PX, int(BLOCK_PX / finer))
        height, width = self._grid.height, self._grid.width
        for row in range(0, height, edge_px):
            for col in range(0, width, edge_px):
                window = Window(row, col, edge_px, edge_px).clip(height, width)
                yield (window, *self._read(window, bands))

    def _read(self, window: Window, bands: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        rows, cols = (
            np.floor(np.where(np.isfinite(at), at, -2) + 0.5 + TIE).astype(np.int64)
            for at in self._mapping.positions(window)
        )
        high, wide = self._dataset.shape
        inside = (rows >= 0) & (rows < high) & (cols >= 0) & (cols < wide)  # (h, w)
        if not inside.any():
            shape = (window.height, window.width)
            return np.zeros((len(bands), *shape), self._dataset.dtypes[0]), np.zeros(shape, bool)
        rows, cols = rows.clip(0, high - 1), cols.clip(0, wide - 1)
        top, left = int(rows.min()), int(cols.min())
        part = Window(top, left, int(rows.max()) - top + 1, int(cols.max()) - left + 1)
        values, known = self._read_source(part, bands)
        return values[:, rows - top, cols - left], known[rows - top, cols - left] & inside

    def _read_source(self, part: Window, bands: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
        """Return the values and the mask of known pixels in a window of the raster itself."""
        window = raster_window(part)
        values = self._dataset.read(list(bands), window=window)
        known = np.isfinite(values).all(axis=0)
        if self._has_mask:
            known &= self._dataset.read_masks(1, window=window) > 0
        for alpha in self._alphas:
            if alpha not in bands:
                known &= self._dataset.read(alpha, window=window) > 0
        return values, known


def _grid_of(dataset: DatasetReader, grid: RasterGrid, warn: Callable[[str], None]) -> RasterGrid:
    """Return the grid of the labels.

    Raises:
        InputError: if the labels are not georeferenced, and their size differs from the image's.
    """
    if dataset.crs is not None and not dataset.transform.is_identity:
        return RasterGrid(dataset.crs, dataset.transform, *dataset.shape)
    if dataset.shape == (grid.height, grid.width):
        return grid
    if not dataset.transform.is_identity:
        warn(
            f"The labels {dataset.name} have coordinates but no coordinate reference system, so "
            "that of the image is assumed: assign the right one if it is different."
        )
        return RasterGrid(grid.crs, dataset.transform, *dataset.shape)
    raise InputError(
        f"The labels {dataset.name} have {dataset.width} x {dataset.height} px and are not "
        f"georeferenced, but the image has {grid.width} x {grid.height} px: choose the labels of "
        "this image, or georeference them."
    )
