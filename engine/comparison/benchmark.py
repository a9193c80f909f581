# SPDX-License-Identifier: GPL-2.0-or-later
"""Measuring one network: label the test part in a process of its own, and score the labels."""

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
    """How a model labels.

    Args:
        scores: against the truth of the test part.
        mpx_per_s: megapixels labeled in a second.
        peak_memory_mb: of the process; None where nobody counts.
    """

    scores: Scores
    mpx_per_s: float
    peak_memory_mb: int | None


def measure(
    labeling: LabelJob, truth: np.ndarray, grid: RasterGrid, reporter: Reporter
) -> Measurement:
    """Label and score.

    Args:
        labeling: labels the test part.
        truth: (h, w) uint8 of that part: index in the legend, or `IGNORED`.
        grid: of the truth.
        reporter: hears how far the labeling is.

    Raises:
        EngineError: the labeling failed.
        JobCanceled: somebody asked to stop.
    """
    artifacts = run_in_child(labeling, reporter)
    report = json.loads(artifacts["report"].read_text(encoding="utf-8"))
    confusion = Confusion(range(len(ISPRS)))
    # Codes count from 1, classes from 0; code 0, not labeled, becomes no class at all.
    confusion.feed(truth, _codes(artifacts["classes"], grid) - 1)
    return Measurement(
        score(confusion.counts, confusion.unlabeled),
        truth.size / 1e6 / max(report["seconds"]["label"], 1e-3),
        report["peak_memory_mb"],
    )


def _codes(classes: Path, grid: RasterGrid) -> np.ndarray:
    """Return the codes (h, w) uint8 of a class raster that covers a grid of the same lattice."""
    with rasterio.open(classes) as dataset:
        col, row = (round(at) for at in ~dataset.transform @ (grid.transform.c, grid.transform.f))
        return dataset.read(1, window=raster_window(Window(row, col, grid.height, grid.width)))


def labeling_job(
    job: CompareJob, model: Path | str, output: Path, classes: Path, extent: Extent
) -> LabelJob:
    """Return the job that labels the test part with a model, without polygons."""
    return LabelJob(
        image=job.image,
        output=str(output),
        dsm=job.dsm,
        dtm=job.dtm,
        heights=job.heights,
        nir_band=job.nir_band,
        red_band=job.red_band,
        green_band=job.green_band,
        dsm_band=job.dsm_band,
        dtm_band=job.dtm_band,
        model=str(model),
        classes=str(classes),
        extent=extent,
        draw_polygons=False,
        device=job.device,
        threads=job.threads,
    )
