# SPDX-License-Identifier: GPL-2.0-or-later
"""`python -m engine.bench.large`: label large and elongated rasters from files to files.

All of an image except two patches is nodata and takes no space on disk, so only the cost of the
raster's size is measured: the tile grid, the blocks and the overviews.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine

from ..commands.label import run
from ..process.reporter import SilentReporter
from ..protocol import LabelJob
from ..raster.windows import raster_window
from ..tiling.window import Window
from .benchmark_input import find_or_make_model

SIZES_PX = ((20000, 20000), (600, 16385), (9000, 300), (5000, 66))  # rows, columns
PATCH_PX = 200
GSD_M = 0.2


def write_sparse_scene(folder: Path, height: int, width: int, model: str) -> LabelJob:
    """Write an image and heights with values in two corners and return a job to label them."""
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    paths = {"image": (3, "uint8", 0), "dsm": (1, "float32", -9999)}
    for name, (count, dtype, nodata) in paths.items():
        with rasterio.open(
            folder / f"{name}.tif",
            "w",
            driver="GTiff",
            width=width,
            height=height,
            count=count,
            dtype=dtype,
            nodata=nodata,
            crs="EPSG:32632",
            transform=Affine(GSD_M, 0, 500_000, 0, -GSD_M, 5_400_000),
            tiled=True,
            sparse_ok=True,
        ) as dataset:
            for patch in _patches(height, width):
                shape = (count, patch.height, patch.width)
                values = random.integers(1, 20, shape).astype(dtype)
                dataset.write(values, window=raster_window(patch))
    return LabelJob(
        image=str(folder / "image.tif"),
        dsm=str(folder / "dsm.tif"),
        heights="ndsm",
        model=model,
        output=str(folder / "out"),
        confidence=str(folder / "out" / "confidence.tif"),
    )


def _patches(height: int, width: int) -> tuple[Window, Window]:
    rows, cols = min(PATCH_PX, height), min(PATCH_PX, width)
    return Window(0, 0, rows, cols), Window(height - rows, width - cols, rows, cols)


def main() -> None:
    """Label a raster of each size and print the seconds."""
    argparse.ArgumentParser(prog="python -m engine.bench.large", description=__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="orthoscribe-bench-") as name:
        folder = Path(name)
        model = str(find_or_make_model(folder))
        for height, width in SIZES_PX:
            job = write_sparse_scene(folder / f"{height}x{width}", height, width, model)
            start_s = time.perf_counter()
            run(job, SilentReporter())
            seconds = time.perf_counter() - start_s
            with rasterio.open(Path(job.output) / "classes.tif") as classes:
                overviews = classes.overviews(1)
            line = f"{width:>6} x {height:<6} px {seconds:8.1f} s   overviews {overviews}\n"
            sys.stdout.write(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
