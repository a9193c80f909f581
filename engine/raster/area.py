# SPDX-License-Identifier: GPL-2.0-or-later
"""Area of a job: the part of an image that gets labels.

It is given by a rectangle, polygons, both or neither. Both are converted to polygons in pixel
coordinates of the image's grid; a pixel belongs to the area if its center does.
"""

from __future__ import annotations

from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import shapely
from affine import Affine
from rasterio.features import rasterize

from ..protocol import InputError
from ..tiling.window import Window
from .polygons_file import read_polygons

if TYPE_CHECKING:
    from ..protocol import Extent
    from .grid import RasterGrid

FARTHEST_PX = 1e12
PIXEL_FRACTION = 1 / 1024  # corners are rounded to it, so subtracting a window's offset is exact


class Area:
    """The pixels of a grid that belong to a job.

    Args:
        window: rectangle of the grid that contains all of them.
        polygons: polygons in pixel coordinates (column, row) of the grid; None: the whole window.
        remarks: sentences about the features of the polygons' file that were left out.
    """

    def __init__(
        self, window: Window, polygons: np.ndarray | None = None, remarks: tuple[str, ...] = ()
    ) -> None:
        """Index the polygons."""
        self.window, self.remarks = window, remarks
        self._polygons = polygons
        self._tree = None if polygons is None else shapely.STRtree(polygons)

    @property
    def digest(self) -> str:
        """Hash that is the same for the same pixels, whatever file they are from."""
        shapes = [] if self._polygons is None else shapely.to_wkb(self._polygons)
        content = repr((tuple(self.window), self._polygons is None)).encode()
        return sha256(b"".join((content, *shapes))).hexdigest()

    def with_reach(self, reach_px: int | None, grid: RasterGrid) -> Window:
        """Return the window with `reach_px` around it, within a grid; None: the whole grid."""
        everything = Window(0, 0, grid.height, grid.width)
        return everything if reach_px is None else self.window.grow(reach_px).intersect(everything)

    def touches(self, window: Window) -> bool:
        """Return whether a polygon of the area reaches into a window; always true without any."""
        if self._tree is None:
            return True
        top, left = window.row, window.col
        rectangle = shapely.box(left, top, left + window.width, top + window.height)
        return bool(len(self._tree.query(rectangle, predicate="intersects")))

    def mask(self, window: Window) -> np.ndarray | None:
        """Return (h, w) bool, or None if every pixel of `window` belongs to the area."""
        if self._polygons is None or self._tree is None:
            return None
        top, left = window.row, window.col
        rectangle = shapely.box(left, top, left + window.width, top + window.height)
        near = self._polygons[self._tree.query(rectangle, predicate="intersects")]
        shape = (window.height, window.width)
        if not len(near):
            return np.zeros(shape, bool)
        if len(near) == 1 and shapely.contains(near[0], rectangle):
            return None
        burnt = rasterize(near, shape, transform=Affine.translation(left, top), dtype=np.uint8)
        return burnt.astype(bool)


def find_area(grid: RasterGrid, extent: Extent | None, path: str, *, of: str = "image") -> Area:
    """Return the part of a grid that lies inside a rectangle and a file of polygons.

    Args:
        grid: grid of the whole image.
        extent: xmin, ymin, xmax, ymax in the grid's CRS, or None.
        path: path of a vector file in any CRS, or empty; see `read_polygons`.
        of: name of the raster with this grid, for messages.

    Raises:
        InputError: if no pixel is left, or the file cannot be used.
    """
    polygons, remarks = _polygons_of(path, grid) if path else (None, ())
    window = Window(0, 0, grid.height, grid.width)
    if extent is not None:
        rectangle = in_pixels(np.array([shapely.box(*extent)]), grid)
        window = _part(window, rectangle, "extent", of)
        if grid.is_rotated:
            polygons = _shared(rectangle if polygons is None else polygons, rectangle[0])
    if polygons is not None:
        window = _part(window, polygons, "area", of)
    return Area(window, polygons, remarks)


def _polygons_of(path: str, grid: RasterGrid) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return the polygons of a file, in pixels (column, row) of `grid`, and remarks about them.

    Raises:
        InputError: if the file cannot be read, or has no polygon.
    """
    found = read_polygons(path, "area", grid)
    if not found.everywhere:
        left_out = " ".join(("", *found.remarks))
        raise InputError(f"The area {path} holds no polygon: choose a layer of polygons.{left_out}")
    return in_pixels(found.shapes, grid), found.remarks


def in_pixels(polygons: np.ndarray, grid: RasterGrid) -> np.ndarray:
    """Return polygons in pixel coordinates (column, row) of a grid."""
    inverse = ~grid.transform

    def rounded(points: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):  # an extent may have edges without bounds
            pixels = np.stack(inverse @ tuple(points.T), axis=1)
        pixels = np.clip(pixels, -FARTHEST_PX, FARTHEST_PX)
        return np.round(pixels / PIXEL_FRACTION) * PIXEL_FRACTION

    return shapely.transform(polygons, rounded)


def _shared(polygons: np.ndarray, rectangle: shapely.Geometry) -> np.ndarray:
    shared = shapely.intersection(shapely.make_valid(polygons), rectangle)
    return shared[shapely.area(shared) > 0]


def _part(window: Window, polygons: np.ndarray, what: str, of: str) -> Window:
    """Return the part of `window` whose pixel centers lie in the polygons' bounding box."""
    bounds = shapely.total_bounds(polygons) if len(polygons) else np.zeros(4)
    left, top, right, bottom = np.clip(bounds, -FARTHEST_PX, FARTHEST_PX)
    first_row, first_col = ceil(top - 0.5), ceil(left - 0.5)
    rows, cols = ceil(bottom - 0.5) - first_row, ceil(right - 0.5) - first_col
    part = window.intersect(Window(first_row, first_col, rows, cols))
    if part.is_empty:
        raise InputError(
            f"The {what} lies outside the {of}, so nothing is left to do: choose another {what}, "
            f"and check that its coordinates match the location of the {of}."
        )
    return part
