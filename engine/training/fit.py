# SPDX-License-Identifier: GPL-2.0-or-later
"""Fitting: the training loop, AdamW under a cosine, with an average of the weights on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .losses import sampled_loss
from .schedules import warm_cosine

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from torch import nn

    from ..architectures.maggiori.mlp import MaggioriMlp
    from .samples import ViewPool


@dataclass(frozen=True)
class Recipe:
    """The numbers of one training run.

    Args:
        steps: of the optimizer.
        patches: in each step.
        patch_px: edge of a patch.
        cells: of half the resolution looked at in each patch.
        learning_rate: the highest.
        weight_decay: of AdamW.
        warm_steps: until the highest rate.
        averaging: how much of the average of the weights is kept at each step.
        steps_per_view: after so many steps the oldest view of the pool is replaced.
        rarity: cells are drawn by their class's share in the pool to the power of minus this.
    """

    steps: int = 1200
    patches: int = 8
    patch_px: int = 256
    cells: int = 1024
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    warm_steps: int = 60
    averaging: float = 0.99
    steps_per_view: int = 4
    rarity: float = 0.4


@dataclass(frozen=True)
class Moment:
    """Where training stands: the step, the loss, and the averaged network in evaluation mode."""

    step: int
    loss: float
    network: nn.Module


def fit(
    network: MaggioriMlp, pool: ViewPool, recipe: Recipe, rng: np.random.Generator
) -> Iterator[Moment]:
    """Train the network; yields after each step."""
    network.train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = AveragedModel(
        network, multi_avg_fn=get_ema_multi_avg_fn(recipe.averaging), use_buffers=True
    )
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: warm_cosine(step, recipe.steps, recipe.warm_steps)
    )
    shares = pool.class_shares(network.score.out_channels)
    class_weights = torch.tensor(shares, dtype=torch.float32).clamp(min=1e-3) ** -recipe.rarity
    for step in range(1, recipe.steps + 1):
        batch = pool.draw(rng, recipe.patches, recipe.patch_px)
        images = torch.from_numpy(batch.channels).contiguous(memory_format=torch.channels_last)
        classes = torch.from_numpy(batch.classes).long()
        optimizer.zero_grad(set_to_none=True)
        loss = sampled_loss(network, images, classes, class_weights, recipe.cells)
        loss.backward()
        optimizer.step()
        rates.step()
        average.update_parameters(network)
        if step % recipe.steps_per_view == 0:
            pool.renew()
        yield Moment(step, loss.item(), average.module.eval())
