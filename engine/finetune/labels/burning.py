# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels of an outline: each is rasterized in its own window, never in a raster of the image.

An outline is shrunk by one pixel, because hand-drawn borders are off by about that much and pixels
on a border are mixed. One that would vanish keeps its size. Of an outline wider than `LONGEST_PX`
only the surroundings of a point inside count: it has pixels enough, and memory stays small.
"""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np
import shapely
from rasterio.features import rasterize

from ...tiling.window import Window

if TYPE_CHECKING:
    from ...raster.grid import RasterGrid

SHRINK_PX = 1.0
LONGEST_PX = 512


def window_of(shape: shapely.Geometry, grid: RasterGrid) -> Window:
    """Return the window of a grid that holds a shape in pixels; empty if they do not meet.

    Its edges have at most `LONGEST_PX` pixels.
    """
    left, top, right, bottom = shapely.bounds(shape).tolist()
    row, col = floor(top), floor(left)
    whole = Window(row, col, ceil(bottom) - row, ceil(right) - col).clip(grid.height, grid.width)
    if whole.is_empty or max(whole.height, whole.width) <= LONGEST_PX:
        return whole
    inside = shapely.intersection(shape, _box(whole))
    if shapely.is_empty(inside):
        return Window(row, col, 0, 0)
    x, y = shapely.get_coordinates(shapely.point_on_surface(inside))[0]
    half = LONGEST_PX // 2
    return Window(floor(y) - half, floor(x) - half, LONGEST_PX, LONGEST_PX).intersect(whole)


def burn(shape: shapely.Geometry, window: Window) -> np.ndarray:
    """Return the pixels of a window in a shape, shrunk unless it vanishes, (h, w) bool.

    No pixel is true if the shape contains no center of a pixel.

    Args:
        shape: polygon or multipolygon in pixels.
        window: window of the same pixels, not empty.
    """
    near = shapely.intersection(shape, _box(window.grow(ceil(SHRINK_PX) + 1)))
    near = shapely.buffer(near, 0)  # without the points and lines where shape and box touch
    shrunk = _rasterized(shapely.buffer(near, -SHRINK_PX, quad_segs=4), window)
    return shrunk if shrunk.any() else _rasterized(near, window)


def _rasterized(shape: shapely.Geometry, window: Window) -> np.ndarray:
    size = (window.height, window.width)
    if shapely.is_empty(shape):
        return np.zeros(size, bool)
    moved = shapely.transform(shape, lambda points: points - (window.col, window.row))
    burnt: np.ndarray = rasterize([(moved, 1)], size, fill=0, dtype=np.uint8) > 0
    return burnt


def _box(window: Window) -> shapely.Geometry:
    right, bottom = window.col + window.width, window.row + window.height
    return shapely.box(window.col, window.row, right, bottom)
