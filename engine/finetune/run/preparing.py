# SPDX-License-Identifier: GPL-2.0-or-later
"""Preparation of a run: labels, groups and folds, the network to start from, measured costs."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...models.bundle import load_network
from ...protocol.catalog.recipes import finetune_recipe
from ...training.forward import Means
from ...training.trainer.precision import is_half_precise
from ..labels.folds import MOST_FOLDS, deal_folds
from ..labels.groups import groups_of
from ..labels.read_labels import refuse_labels
from ..tuning import parents_of, replayed_scenes, with_new_classes
from .plan import Costs
from .task import FinetuneTask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...models.bundle import Bundle
    from ...process.reporter import Reporter
    from ...protocol import FinetuneJob, Legend, ModelCard
    from ...training.processes import Processes
    from ..labels.groups import Grouping
    from ..labels.label_polygon import LabelPolygon
    from .scenes import OpenScene

PREVIEW = "preview"
HOME_LOOKS = 2  # scorings of the home domain after the last training: seldom more alphas are tried
WRITING_S = 2.0
LOOK_SHARE = 1.0  # windows and chips take about as long as the labels of all polygons


@dataclass(frozen=True, eq=False)
class Labels:
    """Polygons of all scenes with their groups and folds.

    Args:
        polygons: polygons of all scenes.
        grouping: groups of neighboring polygons.
        folds: fold of each polygon, (n,) int.
    """

    polygons: tuple[LabelPolygon, ...]
    grouping: Grouping
    folds: np.ndarray


def read_all_labels(
    job: FinetuneJob, scenes: Sequence[OpenScene], legend: Legend, reporter: Reporter
) -> Labels:
    """Return the polygons of all scenes, with groups and folds.

    Args:
        job: job of the run.
        scenes: open scenes of the job.
        legend: legend of the new model.
        reporter: reporter of what is left out.

    Raises:
        InputError: if the labels cannot be used.
    """
    polygons = tuple(one for scene in scenes for one in scene.polygons(legend, reporter))
    refuse_labels(polygons, legend, [scene.given.labels for scene in scenes])
    grouping = groups_of(polygons, [scene.grid for scene in scenes])
    if grouping.remark and job.budget != PREVIEW:
        reporter.log("info", grouping.remark)
    classes = np.array([one.class_index for one in polygons], int)
    folds = deal_folds(grouping.groups, classes, job.seed, job.folds or MOST_FOLDS)
    return Labels(polygons, grouping, folds)


def prepare_task(
    job: FinetuneJob,
    scenes: Sequence[OpenScene],
    labels: Labels,
    start: Bundle,
    card: ModelCard,
    processes: Processes,
    threads: int,
    reporter: Reporter,
) -> FinetuneTask:
    """Return the task of a run.

    Args:
        job: job of the run.
        scenes: open scenes of the job.
        labels: polygons of all scenes.
        start: model to start from.
        card: card of the new model, without results.
        processes: process that computes.
        threads: number of CPU threads.
        reporter: reporter, polled for cancellation.

    Raises:
        InputError: if a new class has too few polygons.
        ModelError: if the weights cannot be used, or the network cannot get a new class.
    """
    half_precise = is_half_precise(job.mixed_precision, processes.device, on_cpu=True)
    task = FinetuneTask(
        load_network(start).to(processes.device),
        start.card,
        {},
        finetune_recipe(job.budget, job.cause),
        [scene.input for scene in scenes],
        labels.polygons,
        labels.folds,
        job.seed,
        Means(half_precise, processes=processes),
        threads,
        reporter.raise_if_canceled,
    )
    if len(card.legend) > len(start.card.legend):
        counts = task.counts(task.base)
        parents = parents_of(counts, labels.polygons, card.legend, len(start.card.legend))
        base = with_new_classes(task.base.cpu(), start.card, parents).to(processes.device)
        task = replace(task, base=base, parents=parents)
    old_classes = len(start.card.legend)
    replay = replayed_scenes(card, old_classes) if task.recipe.replay_patches else ()
    return replace(task, card=card, replay=replay)


def measure_costs(task: FinetuneTask, *, is_judged: bool) -> tuple[Costs, np.ndarray]:
    """Return the durations of the parts of the run, and the counts of the network to start from.

    Args:
        task: task of the run.
        is_judged: whether the new model is compared; otherwise nothing is counted.
    """
    if not is_judged:
        nothing = np.zeros((len(task.polygons), len(task.card.legend)), np.int64)
        return Costs(task.measured_step_s(), 0.0, WRITING_S), nothing
    begun_s = time.monotonic()
    before = task.counts_before
    look_s = time.monotonic() - begun_s
    step_s = task.measured_step_s()
    begun_s = time.monotonic()
    _ = task.home_before  # it is needed at the end anyway
    home_s = time.monotonic() - begun_s
    return Costs(step_s, look_s, WRITING_S + HOME_LOOKS * home_s + LOOK_SHARE * look_s), before
