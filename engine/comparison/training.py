# SPDX-License-Identifier: GPL-2.0-or-later
"""Training for a comparison: all networks with the same current settings on the same patches.

Papers train each network with its own settings, for days. Here all networks get the same few steps,
so the table ranks them on this scene under this budget and does not reproduce their papers.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch

from ..architectures import build
from ..architectures.maggiori.cnn_rf import CnnRf
from ..process.device import available_threads, choose_device
from ..protocol import row_named
from ..tiling.grid import padded_size
from ..training.batches import Batches
from ..training.class_weights import class_shares, class_weights
from ..training.forest import ForestSettings, fit_forest
from ..training.patches import draw_patch
from ..training.processes import Processes
from ..training.short_recipe import short_recipe
from ..training.stage_loop import train_stage
from ..training.steps import StageTraining

if TYPE_CHECKING:
    from torch import nn

    from ..process.reporter import Reporter
    from ..protocol import CompareJob, ModelCard
    from ..training.scene_patches import ScenePatches


def train(card: ModelCard, job: CompareJob, patches: ScenePatches, reporter: Reporter) -> nn.Module:
    """Return the trained network of a card; the same seed gives the same weights.

    Args:
        card: card of the model to train.
        job: comparison job with the training settings.
        patches: source of the training patches.
        reporter: receiver of progress.

    Raises:
        EngineError: if the loss becomes NaN or infinite.
        JobCanceled: if the job was canceled.
    """
    torch.set_num_threads(job.threads or available_threads())
    torch.manual_seed(job.seed)
    device, classes = choose_device(job.device), len(card.legend)
    network = build(card.architecture, card.channels, classes, card.options).to(device)
    recipe = short_recipe(job.steps, job.patches, patch_px_of(card, job), job.learning_rate)
    weights = class_weights(class_shares([patches], classes)).to(device)
    training = StageTraining(network, recipe, recipe.stages[0], job.steps, class_weights=weights)
    processes = Processes(device=device)
    batches = Batches(lambda _step: [patches], card.normalization, job.seed, processes)
    for step in train_stage(training, batches):
        reporter.raise_if_canceled()
        reporter.progress(
            step.done / job.steps,
            f"Training {card.title}: step {step.done} of {job.steps}, loss {step.loss:.2f}",
        )
    trained = training.trained
    if isinstance(trained, CnnRf):
        reporter.progress(1.0, f"Growing the forest of {card.title}")
        draw = partial(
            draw_patch,
            sources=[patches],
            sampling=recipe.sampling,
            augmentation=recipe.augmentation,
            normalization=card.normalization,
        )
        fit_forest(trained, draw, ForestSettings(), job.seed)
    return trained


def patch_px_of(card: ModelCard, job: CompareJob) -> int:
    """Return the edge of a patch in pixels, a multiple of the stride of the network."""
    stride_px = row_named(card.architecture).geometry(card.options).stride_px
    return padded_size(job.patch_px, stride_px)
