# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixel mapping: positions of one grid's pixels on another grid.

Between grids with the same CRS it is an exact affine map. Between two CRSs it is computed at the
nodes of a coarse lattice and interpolated, with an error below a thousandth of a pixel. The nodes
are aligned to the grid, not to the window, so a pixel always maps to the same position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rasterio.warp

from ..tiling.window import Window
from .resample import interpolate_axes

if TYPE_CHECKING:
    from collections.abc import Callable

    from affine import Affine

    from .grid import RasterGrid

NODE_SPACING_PX = 64
SAME_PLACE_PX = 0.01  # positions closer than this everywhere on the grid are the same
PROBES_PER_AXIS = 17


class PixelMapping:
    """Mapping from the pixels of `grid` to positions on `source`.

    The origin of positions is the center of the upper left pixel: row 2 is at 2.0.
    """

    def __init__(self, grid: RasterGrid, source: RasterGrid) -> None:
        """Choose the simplest mapping that is exact everywhere on `grid`."""
        self._grid, self._source = grid, source
        self._whole = Window(0, 0, grid.height, grid.width)
        self._affine = ~source.transform @ grid.transform
        self.is_affine = grid.crs == source.crs or self._is_close(self._affine_positions)
        self.is_separable = self.is_affine and self._affine.b == 0 and self._affine.d == 0
        self.shift = self._integer_shift()

    def positions(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return the source row and the source column of each pixel of `window`, float64.

        Both are (h, w), or (h, 1) and (1, w) if the mapping is separable; NaN for pixels outside
        the domain of the source's CRS.
        """
        rows = (window.row + np.arange(window.height, dtype=np.float64))[:, np.newaxis]
        cols = (window.col + np.arange(window.width, dtype=np.float64))[np.newaxis]
        if self.is_separable:
            return (
                self._affine.e * (rows + 0.5) + self._affine.f - 0.5,
                self._affine.a * (cols + 0.5) + self._affine.c - 0.5,
            )
        if self.is_affine:
            return self._affine_positions(rows, cols)
        node_rows = _nodes(window.row, window.height)
        node_cols = _nodes(window.col, window.width)
        mesh = np.meshgrid(node_rows, node_cols, indexing="ij")
        at_rows = (rows[:, 0] - node_rows[0]) / NODE_SPACING_PX
        at_cols = (cols[0] - node_cols[0]) / NODE_SPACING_PX
        node_positions = self._exact_positions(*mesh)
        found_rows, found_cols = (
            interpolate_axes(each, at_rows, at_cols) for each in node_positions
        )
        return found_rows, found_cols

    @property
    def source_px_per_px(self) -> float:
        """Number of source pixels along the edge of a pixel in the middle of the grid."""
        row, col = self._grid.height / 2, self._grid.width / 2
        rows, cols = self._exact_positions(
            np.array([row, row + 1, row]), np.array([col, col, col + 1])
        )
        steps = np.array([np.diff(rows[[0, 1]])[0], np.diff(cols[[0, 1]])[0]])
        other = np.array([np.diff(rows[[0, 2]])[0], np.diff(cols[[0, 2]])[0]])
        area = abs(steps[0] * other[1] - steps[1] * other[0])
        return float(np.sqrt(area)) if np.isfinite(area) else 1.0

    def footprint(self, part: Window) -> Window:
        """Return the bounding window of a part of the grid on the source; may be empty."""
        rows, cols = self._exact_positions(*_probes(part))
        if not (np.isfinite(rows) & np.isfinite(cols)).any():
            return Window(0, 0, 0, 0)
        top, left = int(np.floor(np.nanmin(rows) + 0.5)), int(np.floor(np.nanmin(cols) + 0.5))
        bottom, right = int(np.ceil(np.nanmax(rows) + 0.5)), int(np.ceil(np.nanmax(cols) + 0.5))
        return Window(top, left, max(1, bottom - top), max(1, right - left))

    def _affine_positions(
        self, rows: np.ndarray, cols: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        x, y = _mapped(self._affine, cols + 0.5, rows + 0.5)
        return y - 0.5, x - 0.5

    def _exact_positions(self, rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, y = _mapped(self._grid.transform, cols + 0.5, rows + 0.5)
        if self._grid.crs != self._source.crs:
            flat = rasterio.warp.transform(self._grid.crs, self._source.crs, x.ravel(), y.ravel())
            x, y = (np.asarray(each, np.float64).reshape(rows.shape) for each in flat[:2])
            x[~np.isfinite(x)] = np.nan
            y[~np.isfinite(y)] = np.nan
        x, y = _mapped(~self._source.transform, x, y)
        return y - 0.5, x - 0.5

    def _is_close(self, approximation: Callable) -> bool:
        """Return whether `approximation` agrees with PROJ, as for two names of one CRS."""
        probes = _probes(self._whole)
        exact, approximate = (f(*probes) for f in (self._exact_positions, approximation))
        return bool(np.allclose(exact, approximate, rtol=0, atol=SAME_PLACE_PX))

    def _integer_shift(self) -> tuple[int, int] | None:
        """Return the integer offset (rows, columns) between the lattices, or None without one."""
        if not self.is_affine:
            return None
        row, col = round(self._affine.f), round(self._affine.c)

        def shifted(rows: np.ndarray, cols: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return rows + row, cols + col

        probes = _probes(self._whole)
        found, wanted = self._affine_positions(*probes), shifted(*probes)
        return (row, col) if np.allclose(found, wanted, rtol=0, atol=SAME_PLACE_PX) else None


def _mapped(transform: Affine, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, b, c, d, e, f = transform[:6]
    return a * x + b * y + c, d * x + e * y + f


def _probes(part: Window) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of pixels spread evenly over a part of the grid."""
    rows = np.linspace(part.row, part.row + part.height - 1, PROBES_PER_AXIS)
    cols = np.linspace(part.col, part.col + part.width - 1, PROBES_PER_AXIS)
    rows, cols = np.meshgrid(rows, cols, indexing="ij")
    return rows, cols


def _nodes(start_px: int, length_px: int) -> np.ndarray:
    """Return the nodes in a range of pixels and one beyond each end, in pixels of the grid."""
    first = start_px // NODE_SPACING_PX
    last = (start_px + length_px - 1) // NODE_SPACING_PX + 1
    return np.arange(first, last + 1, dtype=np.float64) * NODE_SPACING_PX
