# SPDX-License-Identifier: GPL-2.0-or-later
"""One whole job: its verdict, and the scores in the half where nothing was drawn."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ....commands import run_job
from ....metrics import score
from ....models.bundle import load_bundle, load_network
from ....models.store import find_model
from ....process.reporter import SilentReporter
from ....protocol import FinetuneJob
from ..target import Target
from .draws import drawn_discs
from .scene_files import write_discs, write_scene

if TYPE_CHECKING:
    from pathlib import Path

    from torch import nn

    from ....protocol import ModelCard
    from .kinds import Kind

CPU = torch.device("cpu")


@dataclass(frozen=True)
class Settings:
    """Settings that all jobs share.

    Args:
        model: model to start from, by name or folder.
        polygons: number of drawn discs.
        minutes: time limit of a job.
        threads: number of CPU threads.
    """

    model: str
    polygons: int
    minutes: float
    threads: int


def run_whole_job(kind: Kind, seed: int, settings: Settings, folder: Path) -> dict[str, Any]:
    """Return verdict, scores out of fold, scores in the other half, and the time it took.

    Args:
        kind: kind of scene and draw.
        seed: number of the scene and of the draw.
        settings: model, polygons and time.
        folder: folder for the files of the job.
    """
    bundle = load_bundle(find_model(settings.model))
    base, legend = load_network(bundle), bundle.card.legend
    scene = kind.make(seed)
    target = Target.of(scene, bundle.card)
    paths = write_scene(folder, scene)
    labels = target.labels(base, bundle.card, CPU, target.drawn_part)
    rng = np.random.default_rng((seed, settings.polygons))
    discs = drawn_discs(target, labels, kind.draw, settings.polygons, rng)
    write_discs(paths.labels, discs, target.gsd_m, legend)
    job = FinetuneJob(
        str(paths.image),
        dsm=str(paths.dsm),
        labels=str(paths.labels),
        start=settings.model,
        output=str(folder / "model"),
        minutes=settings.minutes,
        threads=settings.threads,
        seed=seed,
    )
    wall_s, cpu_s = time.monotonic(), time.process_time()
    run_job(job, SilentReporter())
    spent = time.monotonic() - wall_s, time.process_time() - cpu_s
    new = load_bundle(folder / "model")
    report = json.loads((folder / "model" / "report.json").read_text(encoding="utf-8"))
    return {
        "kind": kind.name,
        "seed": seed,
        "report": report["finetuning"],
        "before": _in_other_half(target, base, bundle.card),
        "after": _in_other_half(target, load_network(new), new.card),
        "wall_s": round(spent[0], 1),
        "cpu_s": round(spent[1], 1),
    }


def _in_other_half(target: Target, network: nn.Module, card: ModelCard) -> dict[str, Any]:
    """Return overall accuracy, mean F1, and F1, IoU and recall of each class.

    Those of a class without pixels in the truth are NaN.
    """
    counts = target.confusion(network, card, CPU)
    hits, true, found = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    scores = score(counts)
    is_known = true > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        iou, recall = hits / (true + found - hits), hits / true
    f1 = np.where(is_known, scores.f1, np.nan)
    return {
        "overall_accuracy": scores.overall_accuracy,
        "mean_f1": float(np.nanmean(f1)),
        "f1": f1.tolist(),
        "iou": np.where(is_known, iou, np.nan).tolist(),
        "recall": recall.tolist(),
    }
