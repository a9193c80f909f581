# SPDX-License-Identifier: GPL-2.0-or-later
"""Mosaic of tiles: image tiles, and surface heights of another tiling, of one generated scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import rasterio
from affine import Affine

from ...protocol import LabelJob
from ...synthetic import make_scene
from ...synthetic.layouts import TOWN
from ..mosaic import PIECE_PX, PROFILE, SEED

if TYPE_CHECKING:
    from pathlib import Path

GSD_M = 0.2
HEIGHTS_PX = 1700  # edge of a tile of heights, so that edges do not coincide with the image's


def write_tiles(
    folder: Path, rows: int, cols: int, tile_px: int, model: str, heights_px: int = HEIGHTS_PX
) -> LabelJob:
    """Write the tiles, and return a job that labels them.

    Args:
        folder: folder of the tiles.
        rows: number of image tiles from north to south.
        cols: number of image tiles from west to east.
        tile_px: edge of an image tile in pixels.
        model: name or path of the model for the job.
        heights_px: edge of a tile of heights in pixels.
    """
    scene = make_scene(SEED, PIECE_PX, GSD_M, layout=TOWN)
    height, width = rows * tile_px, cols * tile_px
    _write_all(folder / "image", scene.image, height, width, tile_px)
    _write_all(folder / "dsm", scene.dsm[None].astype(np.float32), height, width, heights_px)
    return LabelJob(
        image=str(folder / "image"),
        dsm=str(folder / "dsm"),
        nir_band=1,
        red_band=2,
        green_band=3,
        model=model,
        output=str(folder / "out"),
    )


def _write_all(folder: Path, piece: np.ndarray, height: int, width: int, tile_px: int) -> None:
    folder.mkdir(parents=True)
    origin = PROFILE["transform"]
    for top in range(0, height, tile_px):
        for left in range(0, width, tile_px):
            rows = np.arange(top, min(top + tile_px, height)) % piece.shape[1]
            cols = np.arange(left, min(left + tile_px, width)) % piece.shape[2]
            place = Affine(GSD_M, 0, origin.c, 0, -GSD_M, origin.f)  # type: ignore[attr-defined]
            profile = {
                **PROFILE,
                "transform": place @ Affine.translation(left, top),
                "count": len(piece),
                "dtype": piece.dtype,
                "height": len(rows),
                "width": len(cols),
            }
            with rasterio.open(folder / f"{top:06}_{left:06}.tif", "w", **profile) as target:
                target.write(piece[:, rows][:, :, cols])
