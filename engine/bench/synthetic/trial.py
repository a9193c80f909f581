# SPDX-License-Identifier: GPL-2.0-or-later
"""Training of one network with the budget and scoring on unseen scenes.

Networks with the same budget are trained on the same patches in the same order. The loss is the
plain mean cross-entropy of full-size scores, without the class weights or hard pixel mining of the
papers. Auxiliary heads are trained too, because they are part of the network.
"""

from __future__ import annotations

import logging
import statistics
import time
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
import torch

from ...architectures import build, count_parameters, training_heads
from ...metrics import score, score_without
from ...protocol import HEIGHT_ROLE, IMAGE_ROLES, ISPRS
from ...protocol.catalog.recipes import CrossEntropy
from ...training.fit import fit
from ...training.losses import heads_loss, objective_of
from ...training.samples import ViewPool
from ...training.scoring import confusion_of
from .result import Result

if TYPE_CHECKING:
    from torch import Tensor, nn

    from .budget import Budget
    from .views import Views

CLUTTER = [one.name for one in ISPRS.classes].index("clutter")
OBJECTIVE = objective_of(CrossEntropy(reduction="mean"))
LOG = logging.getLogger(__name__)


def train_and_score(name: str, budget: Budget, views: Views, limit_min: float) -> Result:
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
    return Result(
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
    # The pool holds all views, so renewing one replaces it by itself
    pool = ViewPool(cycle(views.training).__next__, len(views.training))
    rng = np.random.default_rng(budget.seed)
    trained, spent_s = network, []
    start_s = before_s = time.perf_counter()
    for result in fit(network, pool, budget.fit_settings, rng, _loss_of):
        now_s = time.perf_counter()
        spent_s.append(now_s - before_s)
        before_s, trained = now_s, result.network
        if result.step % 10 == 0:
            LOG.info("%s: step %d of %d, loss %.3f", name, result.step, budget.steps, result.loss)
        if now_s - start_s > 60 * limit_min:
            break
    return trained, spent_s


def _loss_of(network: nn.Module, images: Tensor, classes: Tensor) -> Tensor:
    return heads_loss(training_heads(network, images), {"main": classes}, OBJECTIVE)


def _percent(share: float) -> float | None:
    return None if np.isnan(share) else round(100 * float(share), 2)
