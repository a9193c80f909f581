# SPDX-License-Identifier: GPL-2.0-or-later
"""Random generated scenes with the flaws of real ones: scores by kind of survey and color."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...commands import run_job
from ...metrics import Confusion, score
from ...process.reporter import SilentReporter
from ...protocol import ISPRS, LabelJob, SceneJob
from ...synthetic import conditions_of
from .labeled import labeled, read_raster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GSD_M = (0.1, 0.5)
EDGE_M = (90.0, 128.0)  # of the finest and the coarsest scenes
FAR_FROM_ONE = 1.2  # gains of NIR beyond this, or below its inverse, are unusual


def score_generated(
    model: str, first_seed: int, count: int, folder: Path
) -> Iterator[dict[str, Any]]:
    """Yield seed, survey, balance and scores of each scene, labeled with its terrain model."""
    for seed in range(first_seed, first_seed + count):
        share = np.random.default_rng(seed).random()
        gsd_m = float(np.exp(np.log(GSD_M[0]) + share * np.log(GSD_M[1] / GSD_M[0])))
        size_px = round((EDGE_M[0] + share * (EDGE_M[1] - EDGE_M[0])) / gsd_m)
        scene = folder / str(seed)
        run_job(
            SceneJob(str(scene), seed=seed, size_px=size_px, gsd_m=gsd_m, with_flaws=True),
            SilentReporter(),
        )
        image, dsm, dtm = (str(scene / f"{name}.tif") for name in ("image", "dsm", "dtm"))
        codes = labeled(LabelJob(image, dsm=dsm, dtm=dtm, output="", model=model))
        confusion = Confusion(ISPRS.codes)
        confusion.feed(read_raster(scene / "labels.tif")[0], codes)
        scores, conditions = score(confusion.counts), conditions_of(seed, with_flaws=True)
        gain = conditions.balance_nir
        kind = "smoothed" if conditions.calm_m else conditions.survey
        yield {
            "seed": seed,
            "gsd_m": round(gsd_m, 3),
            "survey": kind + (", coarse" if conditions.height_gsd_m > gsd_m else ""),
            "balance": "usual" if 1 / FAR_FROM_ONE <= gain <= FAR_FROM_ONE else "unusual",
            "overall_accuracy": round(scores.overall_accuracy, 4),
            "mean_f1": round(scores.mean_f1, 4),
        }


def summary_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return median and worst overall accuracy and the mean F1, of all and of each kind."""
    groups = {"all": rows}
    for key in ("survey", "balance"):
        for row in rows:
            groups.setdefault(f"{key}: {row[key]}", [])
            groups[f"{key}: {row[key]}"].append(row)
    return {
        name: {
            "scenes": len(group),
            "median_oa": round(float(np.median([row["overall_accuracy"] for row in group])), 4),
            "worst_oa": min(row["overall_accuracy"] for row in group),
            "mean_f1": round(float(np.mean([row["mean_f1"] for row in group])), 4),
        }
        for name, group in groups.items()
    }
