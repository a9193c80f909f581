# SPDX-License-Identifier: GPL-2.0-or-later
"""The ground under a surface, estimated where no terrain model is given.

The progressive morphological filter of Zhang et al. (2003, IEEE TGRS 41), on cells as in Pingel,
Clarke and McBride (2013, ISPRS Journal 77): take the lowest height of each cell of about a meter;
take away the trend of the lowest of them; open what is left with growing windows; what an opening
lowers by more than sloping ground would is an object (a small window finds cars, a large one
halls); the ground under objects is spanned like a membrane between the ground around them, and
never above what was measured.

The trend follows the lowest heights because on a small raster one roof is a large share of it: a
least-squares trend tilts towards that roof, and the ground opposite looks like an object.

Two passes over the raster, both in tiles, so memory does not grow with it: pixels become the
lowest heights of cells, and cells become ground. Tiles are fixed to the raster's own lattice and
see as far as the largest opening, so the ground of a place does not depend on a job's extent.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import numpy as np
import rasterio
from affine import Affine
from scipy import ndimage

from ..outputs.destination import writing
from ..tiling.grid import plan_tiles
from ..tiling.window import Window
from .fill_holes import span_membrane
from .windows import raster_window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .height_raster import HeightRaster

CELL_M = 1.0
WIDEST_OBJECT_M = 100.0
WINDOW_GROWTH = 1.4
STEEPEST_GROUND = 0.3  # rise per meter that is still ground
LOWEST_OBJECT_M = 0.3
LOW_SHARE = 0.03  # of the heights lies below the trend
TREND_ROUNDS = 25
TREND_SAMPLES = 20_000
TREND_TOLERANCE_M = 0.3
DEEPEST_PIT_M = 5.0  # a cell lower than that below its neighbors is an outlier
TILE_CELLS = 1024
NATIVE_TILE_PX = 2048


def estimate_ground(
    surface: HeightRaster, scratch: Path, on_progress: Callable[[float], None]
) -> Path:
    """Write the ground under a surface into a raster of about a meter, and return its path.

    Args:
        surface: heights in meters.
        scratch: folder for the raster.
        on_progress: called with fractions 0..1; may raise to stop.

    Raises:
        InputError: if the surface cannot be read.
        OutputError: if the scratch folder cannot be written.
    """
    factor = max(1, round(CELL_M / surface.gsd_m))
    cell_m = factor * surface.gsd_m
    height, width = (-(-length // factor) for length in surface.shape)
    reach = 2 * window_radii(cell_m)[-1]
    area = Window(*(each // factor for each in surface.footprint))
    area = area.grow(2).clip(height, width)
    tiles = [
        tile
        for tile in plan_tiles(height, width, core_px=TILE_CELLS, stride_px=1, halo_px=reach)
        if not tile.core.intersect(area).is_empty
    ]
    folder = Path(mkdtemp(prefix="ground-", dir=scratch))
    lowest, ground = folder / "lowest.tif", folder / "ground.tif"
    with writing(folder):
        with _create(lowest, surface, factor) as cells:
            strips = list(_strips(tiles, factor))
            for done, part in enumerate(strips):
                on_progress(0.7 * done / len(strips))
                _write(cells, part, lowest_heights(_native(surface, part, factor), factor))
        with rasterio.open(lowest) as cells, _create(ground, surface, factor) as target:
            for done, tile in enumerate(tiles):
                on_progress(0.7 + 0.3 * done / len(tiles))
                found = ground_of(_read(cells, tile.window), cell_m)
                inside = tile.core.shift(-tile.window.row, -tile.window.col)
                _write(target, tile.core, found[inside.slices])
        lowest.unlink()
    return ground


def ground_of(heights: np.ndarray, cell_m: float) -> np.ndarray:
    """Return the ground under the lowest heights of cells.

    Args:
        heights: (h, w) float32 meters, NaN where unknown.
        cell_m: edge of a cell in meters.

    Returns:
        (h, w) float32 meters, NaN only if nothing is known; nowhere above the heights, except for
        single cells so low that they are outliers.
    """
    if np.isnan(heights).all():
        return heights
    known = np.where(_pits(heights), np.float32(np.nan), heights)
    trend = _trend(known, cell_m)
    level = known - trend
    objects = find_objects(span_membrane(level), cell_m)
    ground = trend + span_membrane(np.where(objects, np.float32(np.nan), level))
    return np.fmin(ground, known)


def lowest_heights(heights: np.ndarray, factor: int) -> np.ndarray:
    """Return the lowest known height of each block of `factor` x `factor` pixels, NaN for none.

    Args:
        heights: (h, w) float32, multiples of `factor`; NaN where unknown.
        factor: edge of a block.
    """
    rows = heights[0::factor].copy()
    for offset in range(1, factor):
        np.fmin(rows, heights[offset::factor], out=rows)
    lowest = rows[:, 0::factor].copy()
    for offset in range(1, factor):
        np.fmin(lowest, rows[:, offset::factor], out=lowest)
    return lowest


def window_radii(cell_m: float) -> list[int]:
    """Return half the edges of the opening windows, in cells, up to the widest object.

    Example:
        >>> window_radii(10.0)
        [1, 2, 3, 4, 5]
    """
    last = max(1, round(WIDEST_OBJECT_M / 2 / cell_m))
    radii, radius = [], 1.0
    while round(radius) < last:
        radii.append(round(radius))
        radius = max(radius * WINDOW_GROWTH, radius + 1)
    return [*radii, last]


def find_objects(heights: np.ndarray, cell_m: float) -> np.ndarray:
    """Return the cells that stand above the ground, (h, w) bool.

    Args:
        heights: (h, w) float32 meters above a smooth trend, without NaN.
        cell_m: edge of a cell in meters.
    """
    objects = np.zeros(heights.shape, bool)
    previous_radius = 0
    for radius in window_radii(cell_m):
        opened = ndimage.grey_opening(heights, 2 * radius + 1)
        rise = STEEPEST_GROUND * (radius - previous_radius) * cell_m
        objects |= heights - opened > rise + LOWEST_OBJECT_M
        heights, previous_radius = opened, radius
    return objects


def _trend(heights: np.ndarray, cell_m: float) -> np.ndarray:
    """Return a smooth surface along the lowest heights, so that a hillside is no object.

    It is their quantile regression, solved by reweighted least squares: a height above it weighs
    little however high, so roofs do not lift it while there is some ground to lie on.
    """
    terms = _trend_terms(heights.shape, cell_m)
    step = max(1, round((heights.size / TREND_SAMPLES) ** 0.5))
    samples = heights[::step, ::step]
    if np.isnan(samples).all():
        samples, step = heights, 1
    known = ~np.isnan(samples)
    design = terms[:, ::step, ::step][:, known].astype(np.float64)
    samples = samples[known].astype(np.float64)
    weights = np.ones(len(samples))
    for _ in range(TREND_ROUNDS):
        weighted = design * weights
        factors = np.linalg.lstsq(weighted @ design.T, weighted @ samples, rcond=None)[0]
        above = samples - factors @ design
        weights = np.where(above > 0, LOW_SHARE, 1 - LOW_SHARE)
        weights /= np.maximum(np.abs(above), TREND_TOLERANCE_M)
    return np.tensordot(factors.astype(np.float32), terms, axes=1)


def _trend_terms(shape: tuple[int, int], cell_m: float) -> np.ndarray:
    """Return (n, h, w) float32: the terms of a plane; of a quadratic where there is room for it.

    Where one object can fill the raster, a quadratic would bend over its roof.
    """
    rows, cols = np.meshgrid(
        *(np.linspace(-1, 1, length, dtype=np.float32) for length in shape), indexing="ij"
    )
    plane = [np.ones_like(rows), rows, cols]
    if min(shape) * cell_m < WIDEST_OBJECT_M:
        return np.stack(plane)
    return np.stack([*plane, rows * rows, rows * cols, cols * cols])


def _pits(heights: np.ndarray) -> np.ndarray:
    """Return (h, w) bool: cells far below everything around them."""
    around = np.where(np.isnan(heights), np.float32(np.inf), heights)
    ring = np.ones((3, 3), bool)
    ring[1, 1] = False
    return ndimage.minimum_filter(around, footprint=ring) > around + DEEPEST_PIT_M


def _strips(tiles: list, factor: int) -> Iterator[Window]:
    """Yield windows in cells that cover what the tiles see, each pixel once."""
    top = min(tile.window.row for tile in tiles)
    left = min(tile.window.col for tile in tiles)
    bottom = max(tile.window.row + tile.window.height for tile in tiles)
    right = max(tile.window.col + tile.window.width for tile in tiles)
    edge = max(1, NATIVE_TILE_PX // factor)
    for row in range(top, bottom, edge):
        for col in range(left, right, edge):
            yield Window(row, col, edge, edge).clip(bottom, right)


def _native(surface: HeightRaster, cells: Window, factor: int) -> np.ndarray:
    return surface.read_native(Window(*(factor * each for each in cells)))


def _create(path: Path, surface: HeightRaster, factor: int) -> rasterio.io.DatasetWriter:
    height, width = (-(-length // factor) for length in surface.shape)
    dataset = rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype="float32",
        count=1,
        height=height,
        width=width,
        crs=surface.source_grid.crs,
        transform=surface.source_grid.transform @ Affine.scale(factor),
        nodata=np.nan,
        tiled=True,
        sparse_ok=True,
        bigtiff="IF_SAFER",
    )
    dataset.units = ("m",)  # whatever the vertical CRS of the surface says
    return dataset


def _read(dataset: rasterio.DatasetReader, window: Window) -> np.ndarray:
    return dataset.read(1, window=raster_window(window))


def _write(dataset: rasterio.io.DatasetWriter, window: Window, heights: np.ndarray) -> None:
    dataset.write(heights, 1, window=raster_window(window))
