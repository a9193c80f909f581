# SPDX-License-Identifier: GPL-2.0-or-later
"""Versions of a surface model: as given, smoothed as by image matching, and in larger pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rasterio
from affine import Affine
from scipy.ndimage import distance_transform_edt, gaussian_filter, median_filter

from ...raster.resample import block_mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEDIAN_M, GAUSS_M = 1.0, 0.5
COARSE_M = (0.5, 1.0)
NODATA = -9999.0


def versions_of(dsm: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and the file of each version of a DSM; new ones are written to `folder`.

    A coarse version is left out if the DSM is no finer.
    """
    yield "as given", dsm
    with rasterio.open(dsm) as source:
        heights, is_known = source.read(1).astype(np.float32), source.read_masks(1) > 0
        transform, crs = source.transform, source.crs
    gsd_m = abs(transform.a)
    filled, is_known = _filled(heights, is_known & np.isfinite(heights))
    size_px = max(1, round(MEDIAN_M / gsd_m / 2) * 2 + 1)
    smooth = gaussian_filter(median_filter(filled, size_px), GAUSS_M / gsd_m)
    yield "smoothed", _written(folder / "smoothed.tif", smooth, is_known, transform, crs)
    for cell_m in COARSE_M:
        factor = round(cell_m / gsd_m)
        if factor < 2:
            continue
        margins = [(0, -length % factor) for length in filled.shape]
        cells = block_mean(np.pad(filled, margins, mode="edge"), factor)
        known = block_mean(np.pad(is_known.astype(np.float32), margins), factor) >= 0.5
        moved = transform @ Affine.scale(factor)
        path = folder / f"coarse_{factor}.tif"
        yield f"{cell_m:g} m pixels", _written(path, cells, known, moved, crs)


def _filled(heights: np.ndarray, is_known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return heights with unknown pixels filled from the nearest known one, and the mask."""
    if is_known.all() or not is_known.any():
        return heights, is_known
    nearest = distance_transform_edt(~is_known, return_distances=False, return_indices=True)
    return heights[tuple(nearest)], is_known


def _written(
    path: Path, heights: np.ndarray, is_known: np.ndarray, transform: Affine, crs: object
) -> Path:
    height, width = heights.shape
    size = {"height": height, "width": width, "count": 1, "dtype": "float32"}
    with rasterio.open(
        path, "w", driver="GTiff", nodata=NODATA, transform=transform, crs=crs, **size
    ) as target:
        target.write(np.where(is_known, heights, np.float32(NODATA)), 1)
    return path
