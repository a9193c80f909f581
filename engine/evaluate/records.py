# SPDX-License-Identifier: GPL-2.0-or-later
"""Records: scores and counts as dictionaries for JSON and the HTML report."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from ..metrics import Confusion, Scores, score, score_without

if TYPE_CHECKING:
    from ..metrics import ObjectCounts
    from ..raster.grid import RasterGrid
    from .accumulator import MetricAccumulator, SceneCounts

DIGITS = 4


def scores_of(
    confusion: Confusion, ignored: int | None, *, release_oa: bool = False
) -> Scores | None:
    """Return the scores of a confusion matrix, None if no pixel was scored."""
    if not _scored_px(confusion, ignored):
        return None
    if ignored is None:
        return score(confusion.counts, confusion.unlabeled)
    return score_without(confusion.counts, ignored, confusion.unlabeled, release_oa=release_oa)


def scores_record(
    accumulator: MetricAccumulator, confusion: Confusion, *, release_oa: bool
) -> dict[str, Any] | None:
    """Return the scores of all scenes, None if no pixel was scored."""
    scores = scores_of(confusion, accumulator.ignored, release_oa=release_oa)
    if scores is None:
        return None
    names = [accumulator.legend.classes[index].name for index in accumulator.scored]
    columns = zip(names, scores.f1, scores.precision, scores.recall, scores.iu, strict=True)
    return {
        "overall_accuracy": rounded(scores.overall_accuracy),
        "mean_f1": rounded(scores.mean_f1),
        "mean_iou": rounded(scores.mean_iu),
        "mean_accuracy": rounded(scores.mean_accuracy),
        "frequency_weighted_iou": rounded(scores.frequency_weighted_iu),
        "kappa": rounded(scores.kappa),
        "classes": [
            {
                "name": name,
                "f1": rounded(f1),
                "precision": rounded(precision),
                "recall": rounded(recall),
                "iou": rounded(iou),
            }
            for name, f1, precision, recall, iou in columns
        ],
        "scored_px": _scored_px(confusion, accumulator.ignored),
        "confusion": confusion.counts.tolist(),
        "unlabeled": confusion.unlabeled.tolist(),
    }


def scene_record(
    name: str, grid: RasterGrid, counts: SceneCounts, ignored: int | None, *, is_eroded: bool
) -> dict[str, Any]:
    """Return the scores of a single scene."""
    eroded = scores_of(counts.eroded, ignored) if is_eroded else None
    scores = eroded or scores_of(counts.full, ignored)
    return {
        "name": name,
        "width_px": grid.width,
        "height_px": grid.height,
        "gsd_m": round(grid.gsd_m, 6),
        "overall_accuracy": rounded(scores.overall_accuracy) if scores else None,
        "mean_f1": rounded(scores.mean_f1) if scores else None,
    }


def objects_record(counts: ObjectCounts) -> dict[str, Any]:
    """Return the counts and scores of the objects of a class."""
    return {
        "true": counts.true,
        "found": counts.found,
        "matched": counts.matched,
        "precision": rounded(counts.precision),
        "recall": rounded(counts.recall),
        "f1": rounded(counts.f1),
    }


def evaluation_record(accumulator: MetricAccumulator, *, release_oa: bool) -> dict[str, Any]:
    """Return all scores and counts of a accumulator."""
    trimap = accumulator.trimap
    return {
        "classes": [one.name for one in accumulator.legend.classes],
        "ignored_class": None
        if accumulator.ignored is None
        else accumulator.legend.classes[accumulator.ignored].name,
        "full": scores_record(accumulator, accumulator.full, release_oa=release_oa),
        "eroded": scores_record(accumulator, accumulator.eroded, release_oa=release_oa),
        "objects": {name: objects_record(counts) for name, counts in accumulator.objects.items()},
        "trimap": None
        if trimap is None or not trimap.is_done
        else {
            "distance_px": trimap.radii_px.tolist(),
            "mean_iou": [rounded(value) for value in trimap.mean_ius()],
        },
        "resolution_bounds": {
            str(stride): rounded(value) for stride, value in accumulator.bounds.mean_ius().items()
        },
    }


def rounded(value: float) -> float | None:
    """Return a rounded number, None for NaN."""
    return None if isnan(value) else round(float(value), DIGITS)


def _scored_px(confusion: Confusion, ignored: int | None) -> int:
    """Return the number of pixels with a true class that is not ignored."""
    scored = [index for index in confusion.codes if index != ignored]
    return int(confusion.counts[scored].sum() + confusion.unlabeled[scored].sum())
