# SPDX-License-Identifier: GPL-2.0-or-later
"""Mosaics: scenes of any size, made by repeating a small generated scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rasterio
from rasterio.transform import from_origin
from rasterio.windows import Window

from ..protocol import LabelJob
from ..synthetic import make_scene
from ..synthetic.layouts import TOWN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SEED = 404
GSD_M = 0.1
PIECE_PX = 1024
PROFILE = {
    "driver": "GTiff",
    "tiled": True,
    "blockxsize": 512,
    "blockysize": 512,
    "compress": "deflate",
    "zlevel": 1,
    "num_threads": "all_cpus",
    "crs": "EPSG:25832",
    "transform": from_origin(500_000, 5_400_000, GSD_M, GSD_M),
}


def write_mosaic(folder: Path, size_px: int, model: str) -> LabelJob:
    """Write a square image and heights, and return a job to label them.

    Args:
        folder: folder of image, heights and results.
        size_px: size of the mosaic in pixels.
        model: name or path of the model for the job.
    """
    folder.mkdir(parents=True, exist_ok=True)
    scene = make_scene(SEED, PIECE_PX, GSD_M, layout=TOWN)
    heights = (scene.dsm - scene.dtm)[None].astype(np.float32)
    repeat(folder / "image.tif", scene.image, size_px)
    repeat(folder / "ndsm.tif", heights, size_px)
    return LabelJob(
        image=str(folder / "image.tif"),
        dsm=str(folder / "ndsm.tif"),
        heights="ndsm",
        nir_band=1,
        red_band=2,
        green_band=3,
        model=model,
        output=str(folder / "out"),
        draw_polygons=False,
    )


def repeat(
    path: Path, piece: np.ndarray, size_px: int, profile: Mapping[str, object] = PROFILE
) -> None:
    """Write a square raster by repeating a piece.

    Args:
        path: path of the raster.
        piece: values to repeat, (B, h, w).
        size_px: size of the raster in pixels.
        profile: settings of the file for rasterio.
    """
    shape = {"count": len(piece), "height": size_px, "width": size_px, "dtype": piece.dtype}
    with rasterio.open(path, "w", **profile, **shape) as target:
        for row in range(0, size_px, piece.shape[1]):
            for col in range(0, size_px, piece.shape[2]):
                height = min(piece.shape[1], size_px - row)
                width = min(piece.shape[2], size_px - col)
                part = piece[:, :height, :width]
                target.write(part, window=Window(col, row, width, height))
