# SPDX-License-Identifier: GPL-2.0-or-later
"""Height raster resampled to the grid of another raster, window by window.

A raster on the same lattice is read without resampling. Others are interpolated bilinearly; one
much finer than the grid is averaged first, over blocks aligned to its own lattice. Heights are
float32 in meters, after applying the declared scale, offset and unit. They are NaN outside the
raster, where the file declares nodata, and beyond the range of heights on Earth, which catches an
undeclared -9999.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..protocol import InputError
from ..tiling.window import Window
from .band_reader import BandReader
from .gaps import height_gaps
from .mapping import PixelMapping
from .opening import check_band, grid_of, open_raster, reading
from .resample import block_mean, interpolate_axes, interpolate_points
from .units import height_unit
from .windows import raster_window

if TYPE_CHECKING:
    from typing_extensions import Self

    from .grid import RasterGrid

LOWEST_M, HIGHEST_M = -1000.0, 9000.0
# Undeclared nodata values that a scale factor would bring into that range.
SENTINELS = (-9999.0, -99999.0, -32768.0, -32767.0, -2147483648.0)
STRIP_PX = 1 << 22


class HeightRaster:
    """Reader of a height raster in windows of a grid.

    Args:
        grid: grid of the image, on which windows are read.
        path: path of the raster.
        band: number of the band with the heights, from 1.
        what: name of the raster in messages: `DSM`, `DTM`.
        part: window of the grid that the job needs; None: all of it. It does not affect heights.
        may_have_gaps: whether patches of 0 far from all other heights are undeclared gaps; not so
            for heights above ground, which are 0 in streets.

    Raises:
        InputError: if the raster cannot be opened, or does not overlap `part`.
    """

    def __init__(
        self,
        grid: RasterGrid,
        path: str,
        band: int,
        what: str,
        part: Window | None = None,
        *,
        may_have_gaps: bool = True,
    ) -> None:
        """Open the raster and compute its mapping to the grid."""
        self._grid, self._what, self._band = grid, what, band
        self._dataset = open_raster(path, what)
        check_band(self._dataset, band, what)
        self.source_grid = grid_of(self._dataset, what)
        self._mapping = _mapping(grid, self.source_grid, f"The {what} {self._dataset.name}")
        self._part = part or Window(0, 0, grid.height, grid.width)
        if self.footprint.is_empty:
            raise InputError(
                f"The {what} {path} does not overlap the area of the job: choose one that "
                "covers it, and check the coordinate reference systems of both."
            )
        self._reader = BandReader(self._dataset, [band], any_band=True)
        self.unit = height_unit(self._dataset, band)
        self._meters = self.unit.meters if self.unit is not None else 1.0
        self._gaps = height_gaps(self._dataset, band, self._meters) if may_have_gaps else ()
        self.gap: float | None = None
        self.has_undeclared_nodata = False
        self._factor = max(1, int(self._mapping.source_px_per_px + 0.01))

    @property
    def title(self) -> str:
        """Name of the raster in messages: `DSM`, `DTM`."""
        return self._what

    @property
    def whole_type(self) -> str:
        """Type of heights that are stored in whole meters, as `int16`; empty for finer ones."""
        is_scaled = self._reader.scales[0][0] != 1.0 or self._meters != 1.0
        dtype = str(self._dataset.dtypes[self._band - 1])
        return "" if is_scaled or np.dtype(dtype).kind not in "iu" else dtype

    @property
    def shape(self) -> tuple[int, int]:
        """Number of rows and columns of the raster."""
        return self._dataset.shape

    @property
    def gsd_m(self) -> float:
        """Ground sampling distance of the raster in meters, for any unit of its CRS."""
        return self._grid.gsd_m / self._mapping.source_px_per_px

    @property
    def footprint(self) -> Window:
        """Window of the raster that the job needs, in its own pixels."""
        return self._mapping.footprint(self._part).clip(*self.shape)

    def read(self, window: Window) -> np.ndarray:
        """Return heights (h, w) float32 in meters in a window of the grid, NaN where unknown."""
        if self._mapping.shift is not None:
            return self.read_native(window.shift(*self._mapping.shift))
        return self._interpolated(*self._mapping.positions(window))

    def read_native(self, window: Window) -> np.ndarray:
        """Return heights (h, w) float32 in meters on the raster's own lattice, NaN outside it."""
        inside = window.clip(self._dataset.height, self._dataset.width)
        if inside == window and not window.is_empty:
            return self._known(window)
        heights = np.full((window.height, window.width), np.nan, np.float32)
        if not inside.is_empty:
            heights[inside.shift(-window.row, -window.col).slices] = self._known(inside)
        return heights

    def close(self) -> None:
        """Close the raster."""
        self._dataset.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _known(self, window: Window) -> np.ndarray:
        part = raster_window(window)
        with reading(self._dataset, self._what):
            stored, known = self._reader.read_stored(part)
        for gap in self._gaps:
            is_gap = known & (stored[0] == gap)
            if is_gap.any():
                self.gap = gap
                known &= ~is_gap
        declared = known.copy()
        if self._reader.scales[0] != (1.0, 0.0) or self._meters != 1.0:
            known &= ~np.isin(stored[0], SENTINELS)
        heights = self._reader.scaled(stored)[0]
        if self._meters != 1.0:
            heights *= np.float32(self._meters)
        known &= heights >= LOWEST_M
        known &= heights <= HIGHEST_M
        if not known.all():
            heights[~known] = np.nan
            self.has_undeclared_nodata |= bool((declared != known).any())
        return heights

    def _interpolated(self, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
        """Return heights at positions from `PixelMapping` on the raster's own lattice."""
        height, width = self.shape
        rows, cols = _within(rows, height), _within(cols, width)
        outside = _nan_mask(rows, cols)
        if outside is not None and outside.all():
            return np.full(outside.shape, np.nan, np.float32)
        if self._factor > 1:
            rows, cols = ((each + 0.5) / self._factor - 0.5 for each in (rows, cols))
        needed = _support(rows, cols).clip(-(-height // self._factor), -(-width // self._factor))
        rows, cols = rows - needed.row, cols - needed.col
        if outside is not None:
            rows, cols = np.nan_to_num(rows), np.nan_to_num(cols)
        values = self._averaged(needed)
        if self._mapping.is_separable:
            heights = interpolate_axes(values, rows[:, 0], cols[0])
        else:
            heights = interpolate_points(values, rows, cols)
        if outside is not None:
            heights[outside] = np.nan
        return heights

    def _averaged(self, window: Window) -> np.ndarray:
        """Return heights averaged to the lattice that is coarser by the integer factor."""
        if self._factor == 1:
            return self.read_native(window)
        step = max(1, STRIP_PX // (window.width * self._factor**2))
        return np.concatenate(
            [
                block_mean(self._native_blocks(window, top, step), self._factor)
                for top in range(0, window.height, step)
            ]
        )

    def _native_blocks(self, window: Window, top: int, step: int) -> np.ndarray:
        """Return the pixels of a strip of blocks; the whole window may not fit in memory."""
        rows = min(step, window.height - top)
        part = Window(window.row + top, window.col, rows, window.width)
        return self.read_native(Window(*(self._factor * each for each in part)))


def _mapping(grid: RasterGrid, source: RasterGrid, raster: str) -> PixelMapping:
    """Return the mapping from a grid to a height raster.

    Raises:
        InputError: if PROJ cannot convert between their CRSs.
    """
    try:
        return PixelMapping(grid, source)
    except Exception as error:  # PROJ's errors have no public class
        raise InputError(
            f"{raster} has a CRS that cannot be converted to that of the image: reproject it to "
            f"{grid.crs.to_string()[:40]} first."
        ) from error


def _within(positions: np.ndarray, length_px: int) -> np.ndarray:
    """Return positions, with NaN for those outside the raster."""
    first, last = -0.5, length_px - 0.5
    if positions.min() >= first and positions.max() <= last:
        return positions
    return np.where((positions >= first) & (positions <= last), positions, np.nan)


def _nan_mask(rows: np.ndarray, cols: np.ndarray) -> np.ndarray | None:
    """Return a mask (h, w) bool of the positions that are NaN, or None without any."""
    if np.isfinite(rows.min()) and np.isfinite(cols.min()):
        return None
    return np.isnan(rows) | np.isnan(cols)


def _support(rows: np.ndarray, cols: np.ndarray) -> Window:
    """Return the window of values needed for bilinear interpolation at these positions."""
    top, left = int(np.floor(np.nanmin(rows))), int(np.floor(np.nanmin(cols)))
    bottom, right = int(np.floor(np.nanmax(rows))) + 1, int(np.floor(np.nanmax(cols))) + 1
    return Window(top, left, bottom - top + 1, right - left + 1)
