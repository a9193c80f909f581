# SPDX-License-Identifier: GPL-2.0-or-later
"""Benchmark of one model: label the test part in a separate process and score the labels."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import rasterio

from ..metrics import Confusion, score
from ..process.child import run_in_child
from ..protocol import ISPRS, LabelJob
from ..raster.windows import raster_window
from ..tiling.window import Window

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from ..metrics import Scores
    from ..process.reporter import Reporter
    from ..protocol import CompareJob, Extent
    from ..raster.grid import RasterGrid


@dataclass(frozen=True)
class Measurement:
    """Quality, speed and memory of a model.

    Args:
        scores: scores on the test part.
        mpx_per_s: megapixels labeled per second.
        peak_memory_mb: peak memory of the process in MB; None if the platform does not report it.
    """

    scores: Scores
    mpx_per_s: float
    peak_memory_mb: int | None


def measure(
    labeling: LabelJob, truth: np.ndarray, grid: RasterGrid, reporter: Reporter
) -> Measurement:
    """Label the test part and return the measurement.

    Args:
        labeling: job that labels the test part.
        truth: class indices in the legend (h, w) uint8 of the test part, or `IGNORED`.
        grid: grid of the truth.
        reporter: receiver of the progress of labeling.

    Raises:
        EngineError: if the labeling process fails.
        JobCanceled: if the job was canceled.
    """
    artifacts = run_in_child(labeling, reporter)
    report = json.loads(artifacts["report"].read_text(encoding="utf-8"))
    confusion = Confusion(range(len(ISPRS)))
    # Codes start at 1, classes at 0; code 0, unlabeled, wraps to a value that is no class.
    confusion.feed(truth, _codes(artifacts["classes"], grid) - 1)
    return Measurement(
        score(confusion.counts, confusion.unlabeled),
        truth.size / 1e6 / max(report["seconds"]["label"], 1e-3),
        report["peak_memory_mb"],
    )


def _codes(classes: Path, grid: RasterGrid) -> np.ndarray:
    """Return the codes (h, w) uint8 of a class raster in a grid that is aligned with it."""
    with rasterio.open(classes) as dataset:
        col, row = (round(at) for at in ~dataset.transform @ (grid.transform.c, grid.transform.f))
        return dataset.read(1, window=raster_window(Window(row, col, grid.height, grid.width)))


def labeling_job(
    job: CompareJob, model: Path | str, output: Path, classes: Path, extent: Extent
) -> LabelJob:
    """Return the job that labels the test part with a model, without polygons."""
    return LabelJob(
        **vars(job.scene),
        output=str(output),
        model=str(model),
        classes=str(classes),
        extent=extent,
        draw_polygons=False,
        device=job.device,
        threads=job.threads,
    )
