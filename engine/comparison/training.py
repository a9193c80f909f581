# SPDX-License-Identifier: GPL-2.0-or-later
"""Training for a comparison: every network by one recipe of today, on the same patches.

Papers train each network by its own recipe, for days. Here all get the same few steps, so the
table tells how networks compare on this scene under this budget, and nothing about their papers.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from ..architectures import build, training_heads
from ..architectures.maggiori.cnn_rf import CnnRf
from ..metrics import IGNORED
from ..process.device import available_threads, choose_device
from ..protocol import row_named
from ..tiling.grid import padded_size
from ..training.fit import FitSettings, fit
from ..training.forest import ForestSettings, fit_forest
from ..training.samples import rarity_weights

if TYPE_CHECKING:
    from torch import Tensor, nn

    from ..process.reporter import Reporter
    from ..protocol import CompareJob, ModelCard
    from ..training.scene_patches import ScenePatches

RARITY = 0.4
LAND_CLASS_HEADS = ("main", "auxiliary")


def train(card: ModelCard, job: CompareJob, patches: ScenePatches, reporter: Reporter) -> nn.Module:
    """Return the network of a card, trained; the same seed gives the same weights.

    Args:
        card: of the model to be.
        job: the numbers of the training.
        patches: what is learned from.
        reporter: hears of each step.

    Raises:
        JobCanceled: somebody asked to stop.
    """
    torch.set_num_threads(job.threads or available_threads())
    torch.manual_seed(job.seed)
    rng = np.random.default_rng(job.seed)
    classes = len(card.legend)
    network = build(card.architecture, card.channels, classes, card.options)
    network.to(choose_device(job.device))
    weights = rarity_weights(patches.class_shares(classes), RARITY)
    loss_of = partial(heads_loss, class_weights=weights)
    trained = network
    for result in fit(network, patches, settings_for(card, job), rng, loss_of):
        reporter.raise_if_canceled()
        reporter.progress(
            result.step / job.steps,
            f"Training {card.title}: step {result.step} of {job.steps}, loss {result.loss:.2f}",
        )
        trained = result.network
    if isinstance(trained, CnnRf):
        reporter.progress(1.0, f"Growing the forest of {card.title}")
        forest = ForestSettings(patch_px=settings_for(card, job).patch_px)
        fit_forest(trained, patches, forest, job.seed)
    return trained


def settings_for(card: ModelCard, job: CompareJob) -> FitSettings:
    """Return the numbers of a training run; patches fit the stride of the network."""
    stride_px = row_named(card.architecture).geometry(card.options).stride_px
    patch_px = padded_size(job.patch_px, stride_px)
    return FitSettings.short(job.steps, job.patches, patch_px, job.learning_rate)


def heads_loss(
    network: nn.Module, images: Tensor, classes: Tensor, class_weights: Tensor
) -> Tensor:
    """Return the loss of all heads that learn the land classes, each with its weight.

    It is a cross-entropy in which rare classes count more, 0 where nothing is known.
    """
    weights = class_weights.to(images.device)
    known = classes != IGNORED
    shares = weights[classes.where(known, 0)] * known  # (N, H, W)
    losses = [
        head.weight
        * functional.cross_entropy(
            head.scores, classes, weights, ignore_index=IGNORED, reduction="sum"
        )
        for head in training_heads(network, images)
        if head.name in LAND_CLASS_HEADS
    ]
    return torch.stack(losses).sum() / shares.sum().clamp(min=1e-9)
