# SPDX-License-Identifier: GPL-2.0-or-later
"""The truth: a class raster brought onto the pixel lattice of the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.enums import Resampling
from rasterio.vrt import WarpedVRT

from ..evaluation import IGNORED
from ..protocol import InputError
from ..raster.opening import grid_of, open_raster, reading

if TYPE_CHECKING:
    from ..protocol import Legend
    from ..raster.grid import RasterGrid


def read_truth(path: str, grid: RasterGrid, legend: Legend) -> np.ndarray:
    """Return the class of each pixel of a grid, (H, W) uint8: its index in the legend.

    Labels on another lattice are brought over by their nearest pixel. `IGNORED` is where there is
    none, or a code that the legend does not have.

    Raises:
        InputError: the file cannot be used, or knows no class of the legend on this grid.
    """
    with (
        open_raster(path, "labels") as dataset,
        reading(dataset, "labels"),
        WarpedVRT(
            dataset,
            crs=grid.crs,
            transform=grid.transform,
            width=grid.width,
            height=grid.height,
            src_crs=grid_of(dataset, "labels").crs,
            src_nodata=0,
            nodata=0,
            resampling=Resampling.nearest,
        ) as onto_image,
    ):
        codes = onto_image.read(1)
    classes = _index_of(legend)[np.clip(codes, 0, IGNORED).astype(np.uint8)]
    if (classes == IGNORED).all():
        known = ", ".join(f"{one.code} {one.title}" for one in legend.classes)
        raise InputError(
            f"The labels {path} hold none of the codes {known} where the image lies: choose the "
            "class raster of the same place, with these codes."
        )
    return classes


def _index_of(legend: Legend) -> np.ndarray:
    index_of = np.full(256, IGNORED, np.uint8)
    index_of[list(legend.codes)] = np.arange(len(legend))
    return index_of
