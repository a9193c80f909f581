# SPDX-License-Identifier: GPL-2.0-or-later
"""Training of one network with the budget and scoring on unseen scenes.

Networks with the same budget are trained on the same patches in the same order. The loss is the
plain mean cross-entropy of full-size scores, without class weights or the hard pixel mining of the
papers. Auxiliary heads are trained too, because they are part of the network.
"""

from __future__ import annotations

import logging
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
import torch

from ...architectures import build, count_parameters
from ...metrics import score, score_without
from ...protocol import HEIGHT_ROLE, IMAGE_ROLES, ISPRS
from ...training.batches import Batches
from ...training.processes import Processes
from ...training.scoring import confusion_of
from ...training.stage_loop import train_stage
from ...training.steps import StageTraining
from ...training.view_pool import ViewPatches
from .result import TrialResult
from .views import SPEC

if TYPE_CHECKING:
    from torch import nn

    from .budget import Budget
    from .views import Views

CLUTTER = [one.name for one in ISPRS.classes].index("clutter")
LOG = logging.getLogger(__name__)


def train_and_score(name: str, budget: Budget, views: Views, limit_min: float) -> TrialResult:
    """Train and score a network.

    Args:
        name: architecture name in the catalog.
        budget: training settings.
        views: views for training and scoring.
        limit_min: time limit in minutes, after which no further step begins.
    """
    torch.set_num_threads(budget.threads)
    torch.manual_seed(budget.seed)
    network = build(name, len((*IMAGE_ROLES, HEIGHT_ROLE)), len(ISPRS))
    trained, spent_s = _train(network, name, budget, views, limit_min)
    counts = confusion_of(trained, name, views.unseen, len(ISPRS)).counts
    scores = score_without(counts, CLUTTER)
    f1 = np.insert(scores.f1, CLUTTER, score(counts).f1[CLUTTER])
    return TrialResult(
        architecture=name,
        parameters=count_parameters(network),
        f1={one.name: _percent(value) for one, value in zip(ISPRS.classes, f1, strict=True)},
        mean_f1=round(100 * scores.mean_f1, 2),
        overall_accuracy=round(100 * scores.overall_accuracy, 2),
        steps=budget.steps,
        steps_done=len(spent_s),
        seconds_per_step=round(statistics.median(spent_s), 4),
        training_s=round(sum(spent_s), 1),
        limit_min=limit_min,
    )


def _train(
    network: nn.Module, name: str, budget: Budget, views: Views, limit_min: float
) -> tuple[nn.Module, list[float]]:
    """Return the averaged network in evaluation mode and the duration of each step in s."""
    recipe = budget.recipe
    training = StageTraining(network, recipe, recipe.stages[0], budget.steps)
    sources = [ViewPatches(view) for view in views.training]
    batches = Batches(lambda _step: sources, SPEC.normalization, budget.seed, Processes())
    spent_s = []
    start_s = before_s = time.perf_counter()
    for step in train_stage(training, batches):
        now_s = time.perf_counter()
        spent_s.append(now_s - before_s)
        before_s = now_s
        if step.done % 10 == 0:
            LOG.info("%s: step %d of %d, loss %.3f", name, step.done, budget.steps, step.loss)
        if now_s - start_s > 60 * limit_min:
            break
    return training.trained, spent_s


def _percent(share: float) -> float | None:
    return None if np.isnan(share) else round(100 * float(share), 2)
