# SPDX-License-Identifier: GPL-2.0-or-later
"""The area: the part of an image that a job is about, so the part that gets labels.

It is a rectangle, polygons, both or neither. Both become polygons in pixels of the image's grid;
a pixel belongs to the area where its center does.
"""

from __future__ import annotations

from functools import partial
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import rasterio.warp
import shapely
from affine import Affine
from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.features import rasterize

from ..protocol import InputError
from ..tiling.window import Window

if TYPE_CHECKING:
    from ..protocol import Extent
    from .grid import RasterGrid

PIXEL_FRACTION = 1 / 1024  # corners are rounded to it, so that any window subtracts exactly
SEGMENTS_PER_SIDE = 32  # an edge straight in one CRS is bent in another


class Area:
    """The pixels of a grid that belong to a job.

    Args:
        window: rectangle of the grid that holds them all.
        polygons: in pixels (column, row) of the grid; None: the whole window.
    """

    def __init__(self, window: Window, polygons: np.ndarray | None = None) -> None:
        """Index the polygons."""
        self.window = window
        self._polygons = polygons
        self._tree = None if polygons is None else shapely.STRtree(polygons)

    def mask(self, window: Window) -> np.ndarray | None:
        """Return (h, w) bool, or None where every pixel of `window` belongs to the area."""
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


def find_area(grid: RasterGrid, extent: Extent | None, path: str) -> Area:
    """Return the area that a rectangle and a file of polygons leave of a grid.

    Args:
        grid: of the whole image.
        extent: xmin, ymin, xmax, ymax in the grid's CRS, or None.
        path: of a vector file in any CRS, or empty.

    Raises:
        InputError: nothing is left, or the file cannot be used.
    """
    polygons = read_polygons(path, grid) if path else None
    window = Window(0, 0, grid.height, grid.width)
    if extent is not None:
        rectangle = _in_pixels(np.array([shapely.box(*extent)]), grid)
        window = _part(window, rectangle, "extent")
        if grid.is_rotated:
            polygons = _shared(rectangle if polygons is None else polygons, rectangle[0])
    if polygons is not None:
        window = _part(window, polygons, "area")
    return Area(window, polygons)


def read_polygons(path: str, grid: RasterGrid) -> np.ndarray:
    """Return the polygons of a vector file, in pixels (column, row) of `grid`.

    Args:
        path: of the file, which may end in `|layername=` and a layer's name, as in QGIS.
        grid: where they are wanted.

    Raises:
        InputError: the file cannot be read, has no CRS or no polygon.
    """
    name, _, layer = path.partition("|layername=")
    if not Path(name).exists():
        raise InputError(f"The area {name} does not exist: check its path.")
    try:
        source, _, geometries, _ = pyogrio.raw.read(name, layer=layer or None, columns=[])
        polygons = shapely.make_valid(shapely.from_wkb(geometries))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise InputError(f"The area {name} cannot be read as a vector file: {error}.") from error
    polygons = polygons[shapely.area(polygons) > 0]
    if not len(polygons):
        raise InputError(f"The area {name} holds no polygon: choose a layer of polygons.")
    placed = _in_pixels(_in_crs(polygons, source["crs"], grid.crs, name), grid)
    return placed[np.isfinite(shapely.bounds(placed)).all(axis=1)]


def _in_crs(polygons: np.ndarray, crs: str | None, wanted: CRS, name: str) -> np.ndarray:
    if crs is None:
        raise InputError(
            f"The area {name} has no coordinate reference system: assign one to the layer first."
        )
    try:
        source = CRS.from_user_input(crs)
    except CRSError as error:
        raise InputError(f"The area {name} has a CRS that is not understood: {crs}.") from error
    if source == wanted:
        return polygons
    xmin, ymin, xmax, ymax = shapely.total_bounds(polygons)
    dense = shapely.segmentize(polygons, max(xmax - xmin, ymax - ymin) / SEGMENTS_PER_SIDE)
    return shapely.make_valid(shapely.transform(dense, partial(_transformed, source, wanted)))


def _transformed(source: CRS, wanted: CRS, points: np.ndarray) -> np.ndarray:
    return np.stack(rasterio.warp.transform(source, wanted, *points.T)[:2], axis=1)


def _in_pixels(polygons: np.ndarray, grid: RasterGrid) -> np.ndarray:
    inverse = ~grid.transform

    def rounded(points: np.ndarray) -> np.ndarray:
        pixels = np.stack(inverse @ tuple(points.T), axis=1)
        return np.round(pixels / PIXEL_FRACTION) * PIXEL_FRACTION

    return shapely.transform(polygons, rounded)


def _shared(polygons: np.ndarray, rectangle: shapely.Geometry) -> np.ndarray:
    shared = shapely.intersection(shapely.make_valid(polygons), rectangle)
    return shared[shapely.area(shared) > 0]


def _part(window: Window, polygons: np.ndarray, what: str) -> Window:
    """Return the part of `window` whose pixel centers the polygons' rectangle holds."""
    left, top, right, bottom = shapely.total_bounds(polygons) if len(polygons) else (0, 0, 0, 0)
    first_row, first_col = ceil(top - 0.5), ceil(left - 0.5)
    rows, cols = ceil(bottom - 0.5) - first_row, ceil(right - 0.5) - first_col
    part = window.intersect(Window(first_row, first_col, rows, cols))
    if part.is_empty:
        raise InputError(
            f"The {what} lies outside the image, so nothing is left to label: choose another "
            f"{what}, and check that its coordinates are those of the image's place."
        )
    return part
