# SPDX-License-Identifier: GPL-2.0-or-later
"""Training for a comparison: all networks with the same current settings on the same patches.

Papers train each network with its own settings, for days. Here all networks get the same few steps,
so the table ranks them on this scene under this budget and does not reproduce their papers.
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
    """Return the trained network of a card; the same seed gives the same weights.

    Args:
        card: card of the model to train.
        job: comparison job with the training settings.
        patches: source of the training patches.
        reporter: receiver of progress.

    Raises:
        JobCanceled: if the job was canceled.
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
    """Return the training settings, with patches that fit the stride of the network."""
    stride_px = row_named(card.architecture).geometry(card.options).stride_px
    patch_px = padded_size(job.patch_px, stride_px)
    return FitSettings.short(job.steps, job.patches, patch_px, job.learning_rate)


def heads_loss(
    network: nn.Module, images: Tensor, classes: Tensor, class_weights: Tensor
) -> Tensor:
    """Return the weighted loss of all heads for land classes.

    It is a cross-entropy with higher weights of rare classes, 0 without labeled pixels.
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
