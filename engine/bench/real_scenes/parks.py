# SPDX-License-Identifier: GPL-2.0-or-later
"""Scenes that resemble a real park beside a wide avenue: scores pooled over several of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...metrics import Confusion, score
from ...protocol import ISPRS, LabelJob
from ..finetuning.park import park_and_avenue
from ..finetuning.shifts import labeled_by_heights
from ..finetuning.whole_jobs.scene_files import write_scene
from .labeled import labeled
from .scores import BUILDING, CAR, IMPERVIOUS, TREE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIRST_SEED = 21
SIZE_PX = 600
GSD_M = 0.2


def score_parks(model: str, count: int, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the scores of each park, then those of all, pooled; the ground is estimated.

    Args:
        model: name or folder of the model.
        count: number of parks.
        folder: empty folder for their files.
    """
    pooled = Confusion(ISPRS.codes)
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        scene = labeled_by_heights(park_and_avenue(seed, SIZE_PX, GSD_M))
        place = folder / str(seed)
        place.mkdir()
        files = write_scene(place, scene)
        codes = labeled(LabelJob(str(files.image), dsm=str(files.dsm), output="", model=model))
        one = Confusion(ISPRS.codes)
        for confusion in (one, pooled):
            confusion.feed(scene.labels, codes)
        yield {"park": seed, **_scores(one)}
    yield {"parks": count, **_scores(pooled)}


def _scores(confusion: Confusion) -> dict[str, float]:
    found = score(confusion.counts, confusion.unlabeled)
    sealed, building, tree, car = (
        ISPRS.codes.index(code) for code in (IMPERVIOUS, BUILDING, TREE, CAR)
    )
    counts = confusion.counts
    return {
        "building_iou": float(found.iu[building]),
        "tree_iou": float(found.iu[tree]),
        "street_impervious": float(found.recall[sealed]),
        "cars_found": float(found.recall[car]),
        "false_car_of_sealed": float(counts[sealed, car]) / max(1, int(counts[sealed].sum())),
        "overall_accuracy": found.overall_accuracy,
        "mean_f1": found.mean_f1,
    }
