# SPDX-License-Identifier: GPL-2.0-or-later
"""Small generated rasters for tests; import as `from orthoscribe.tests.scenes import ...`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

UTM32 = "EPSG:32632"
NORTH_UP = Affine(0.5, 0, 500_000, 0, -0.5, 5_400_000)


def write_raster(
    path: Path,
    values: np.ndarray,
    *,
    crs: str | None = UTM32,
    transform: Affine | None = NORTH_UP,
    colors: tuple[str, ...] = (),
    descriptions: tuple[str, ...] = (),
    **options: object,
) -> str:
    """Write (h, w) or (B, h, w) values as a GeoTIFF and return its path."""
    bands = values[np.newaxis] if values.ndim == 2 else values
    count, height, width = bands.shape
    size = {"count": count, "height": height, "width": width, "dtype": bands.dtype}
    place = {key: value for key, value in (("crs", crs), ("transform", transform)) if value}
    with rasterio.open(path, "w", driver="GTiff", **size, **place, **options) as dataset:
        if colors:
            dataset.colorinterp = [rasterio.enums.ColorInterp[color] for color in colors]
        for number, description in enumerate(descriptions, 1):
            dataset.set_band_description(number, description)
        dataset.write(bands)
    return str(path)


def speckle(count: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return (B, h, w) uint8 noise in 1..255."""
    return np.random.default_rng(seed).integers(1, 256, (count, height, width), np.uint8)


def hills(height: int, width: int, *, pixel_m: float = 0.5) -> np.ndarray:
    """Return (h, w) float32 metres: smooth terrain around 100 m."""
    rows, cols = np.mgrid[:height, :width].astype(np.float32) * np.float32(pixel_m)
    return 100 + 3 * np.sin(rows / 31) * np.cos(cols / 23) + 0.02 * rows


def carve(path: str | Path, keep_bytes: int) -> str:
    """Cut a file off after `keep_bytes` and return its path."""
    path = Path(path)
    path.write_bytes(path.read_bytes()[:keep_bytes])
    return str(path)
