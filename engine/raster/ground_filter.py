# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground filter: terrain heights estimated from a DSM, for jobs without a terrain model.

The progressive morphological filter of Zhang et al. (2003, IEEE TGRS 41), on cells as in Pingel,
Clarke and McBride (2013, ISPRS Journal 77):

1. Take the lowest height of each cell of about a meter and subtract the trend of the lowest cells.
2. Open the residuals with windows of growing size. Cells that an opening lowers by more than
   sloping ground would explain are objects: small windows find cars, large ones halls.
3. Interpolate the ground under objects from the ground around them; it is never above the DSM.

The trend is fitted to the lowest heights because a single roof can be a large part of a small
raster: a least-squares trend would tilt towards it, and the ground opposite would look like an
object.

There are two passes over the raster, from pixels to the lowest height of each cell and from cells
to ground. Both are tiled, so memory does not depend on the size of the raster. Tiles are aligned
to the raster's own lattice and have a halo as wide as the largest opening, so the ground at a place
does not depend on the extent of a job.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import rasterio
from affine import Affine
from scipy import ndimage

from ..outputs.destination import writing
from ..tiling.grid import plan_tiles
from ..tiling.window import Window
from .fill_holes import fill_holes
from .windows import raster_window
from .written_blocks import WrittenBlocks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..tiling.grid import Tile
    from .height_raster import HeightRaster

CELL_M = 1.0
WIDEST_OBJECT_M = 100.0
WINDOW_GROWTH = 1.4
STEEPEST_GROUND = 0.3  # largest slope of the ground, rise per meter
LOWEST_OBJECT_M = 0.3
LOW_SHARE = 0.03  # fraction of the heights below the trend
TREND_ROUNDS = 25
TREND_SAMPLES = 20_000
TREND_TOLERANCE_M = 0.3
DEEPEST_PIT_M = 5.0  # a cell further below all of its neighbors is an outlier
TILE_CELLS = 1024
BLOCK_CELLS = 256  # of the file
NATIVE_TILE_PX = 2048


class GroundPlan(NamedTuple):
    """Tiles of an estimate of the ground.

    Args:
        factor: edge of a cell in pixels of the DSM.
        cell_m: edge of a cell in meters.
        tiles: tiles on the lattice of cells over the whole DSM.
    """

    factor: int
    cell_m: float
    tiles: list[Tile]


def estimate_ground(dsm: HeightRaster, scratch: Path, on_progress: Callable[[float], None]) -> Path:
    """Write the ground under a DSM to a raster with cells of about a meter, and return its path.

    Args:
        dsm: DSM in meters.
        scratch: folder for the raster.
        on_progress: callback for fractions 0..1; may raise to stop.

    Raises:
        InputError: if the DSM cannot be read.
        OutputError: if the scratch folder cannot be written.
    """
    factor, cell_m, tiles = plan_ground(dsm)
    folder = Path(mkdtemp(prefix="ground-", dir=scratch))
    lowest, ground = folder / "lowest.tif", folder / "ground.tif"
    with writing(folder):
        with _writing(lowest, dsm, factor) as write:
            strips = list(_strips(tiles, factor))
            for done, part in enumerate(strips):
                on_progress(0.7 * done / len(strips))
                write(part, lowest_heights(_native(dsm, part, factor), factor))
        with rasterio.open(lowest) as cells, _writing(ground, dsm, factor) as write:
            for done, tile in enumerate(tiles):
                on_progress(0.7 + 0.3 * done / len(tiles))
                found = ground_of(_read(cells, tile.window), cell_m)
                inside = tile.core.shift(-tile.window.row, -tile.window.col)
                write(tile.core, found[inside.slices])
        lowest.unlink()
    return ground


def plan_ground(dsm: HeightRaster) -> GroundPlan:
    """Return the tiles of the ground under the part of a DSM that a job needs."""
    factor = max(1, round(CELL_M / dsm.gsd_m))
    cell_m = factor * dsm.gsd_m
    height, width = (-(-length // factor) for length in dsm.shape)
    reach = 2 * window_radii(cell_m)[-1]
    area = Window(*(each // factor for each in dsm.footprint))
    area = area.grow(2).clip(height, width)
    tiles = [
        tile
        for tile in plan_tiles(height, width, core_px=TILE_CELLS, stride_px=1, halo_px=reach)
        if not tile.core.intersect(area).is_empty
    ]
    return GroundPlan(factor, cell_m, tiles)


def ground_of(heights: np.ndarray, cell_m: float) -> np.ndarray:
    """Return the ground heights under the lowest heights of cells.

    Args:
        heights: (h, w) float32 in meters, NaN where unknown.
        cell_m: edge of a cell in meters.

    Returns:
        (h, w) float32 in meters, NaN only if all heights are NaN; never above the heights, except
        in single cells that are low outliers.
    """
    if np.isnan(heights).all():
        return heights
    known = np.where(_pits(heights), np.float32(np.nan), heights)
    trend = _trend(known, cell_m)
    level = known - trend
    objects = find_objects(fill_holes(level), cell_m)
    ground = trend + fill_holes(np.where(objects, np.float32(np.nan), level))
    return np.fmin(ground, known)


def lowest_heights(heights: np.ndarray, factor: int) -> np.ndarray:
    """Return the lowest height of each block of `factor` x `factor` pixels, ignoring NaN.

    Args:
        heights: (h, w) float32, where h and w are multiples of `factor`; NaN where unknown.
        factor: edge of a block in pixels.
    """
    rows = heights[0::factor].copy()
    for offset in range(1, factor):
        np.fmin(rows, heights[offset::factor], out=rows)
    lowest = rows[:, 0::factor].copy()
    for offset in range(1, factor):
        np.fmin(lowest, rows[:, offset::factor], out=lowest)
    return lowest


def window_radii(cell_m: float) -> list[int]:
    """Return the radii of the opening windows in cells, up to that of the widest object.

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
    """Return a mask (h, w) bool of the cells that stand above the ground.

    Args:
        heights: (h, w) float32, meters above a smooth trend, without NaN.
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
    """Return a smooth trend of the lowest heights, so that a hillside is not taken for an object.

    It is a quantile regression, solved by iteratively reweighted least squares: heights above it
    have little weight, however high, so roofs do not raise it while some ground is in the raster.
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
    """Return the terms (n, h, w) float32 of a plane, or of a quadratic for large rasters.

    If one object can fill the raster, a quadratic would follow its roof.
    """
    rows, cols = np.meshgrid(
        *(np.linspace(-1, 1, length, dtype=np.float32) for length in shape), indexing="ij"
    )
    plane = [np.ones_like(rows), rows, cols]
    if min(shape) * cell_m < WIDEST_OBJECT_M:
        return np.stack(plane)
    return np.stack([*plane, rows * rows, rows * cols, cols * cols])


def _pits(heights: np.ndarray) -> np.ndarray:
    """Return a mask (h, w) bool of the cells far below all of their neighbors."""
    around = np.where(np.isnan(heights), np.float32(np.inf), heights)
    ring = np.ones((3, 3), bool)
    ring[1, 1] = False
    return ndimage.minimum_filter(around, footprint=ring) > around + DEEPEST_PIT_M


def _strips(tiles: list, factor: int) -> Iterator[Window]:
    """Yield disjoint windows in cells that cover the tiles with their halos."""
    top = min(tile.window.row for tile in tiles)
    left = min(tile.window.col for tile in tiles)
    bottom = max(tile.window.row + tile.window.height for tile in tiles)
    right = max(tile.window.col + tile.window.width for tile in tiles)
    edge = max(1, NATIVE_TILE_PX // factor)
    for row in range(top, bottom, edge):
        for col in range(left, right, edge):
            yield Window(row, col, edge, edge).clip(bottom, right)


def _native(dsm: HeightRaster, cells: Window, factor: int) -> np.ndarray:
    return dsm.read_native(Window(*(factor * each for each in cells)))


@contextmanager
def _writing(
    path: Path, dsm: HeightRaster, factor: int
) -> Iterator[Callable[[Window, np.ndarray], None]]:
    """Create a raster of cells, and yield the function that writes a window of it.

    Raises:
        OSError: if not all that was written is in the file.
    """
    height, width = (-(-length // factor) for length in dsm.shape)
    blocks = WrittenBlocks(BLOCK_CELLS)
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        dtype="float32",
        count=1,
        height=height,
        width=width,
        crs=dsm.source_grid.crs,
        transform=dsm.source_grid.transform @ Affine.scale(factor),
        nodata=np.nan,
        tiled=True,
        blockxsize=BLOCK_CELLS,
        blockysize=BLOCK_CELLS,
        sparse_ok=True,
        bigtiff="IF_SAFER",
    ) as dataset:
        dataset.units = ("m",)  # whatever the vertical CRS of the surface says

        def write(window: Window, heights: np.ndarray) -> None:
            dataset.write(heights, 1, window=raster_window(window))
            blocks.feed(window, ~np.isnan(heights))

        yield write
    blocks.check(path)


def _read(dataset: rasterio.DatasetReader, window: Window) -> np.ndarray:
    return dataset.read(1, window=raster_window(window))
