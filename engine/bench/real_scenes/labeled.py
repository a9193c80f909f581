# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels of a job in memory."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import rasterio

from ...commands import run_job
from ...process.reporter import SilentReporter

if TYPE_CHECKING:
    import numpy as np

    from ...protocol import LabelJob


def labeled(job: LabelJob) -> np.ndarray:
    """Run a job and return its codes, (h, w) uint8."""
    with TemporaryDirectory() as folder:
        run_job(replace(job, output=folder, draw_polygons=False), SilentReporter())
        codes: np.ndarray = read_raster(Path(folder) / "classes.tif")[0]
        return codes


def read_raster(path: Path) -> np.ndarray:
    """Return all bands of a raster, (B, h, w)."""
    with rasterio.open(path) as source:
        bands: np.ndarray = source.read()
        return bands
