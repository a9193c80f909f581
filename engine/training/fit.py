# SPDX-License-Identifier: GPL-2.0-or-later
"""Training loop with AdamW, a cosine schedule and a moving average of the weights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from .schedules import warm_cosine

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from .samples import Batch

Loss = Callable[[nn.Module, Tensor, Tensor], Tensor]

WARM_SHARE = 0.05  # share of the steps for warmup
MAX_AVERAGING = 0.99


@dataclass(frozen=True)
class FitSettings:
    """Settings of one training run.

    Args:
        steps: number of optimizer steps.
        patches: number of patches per step.
        patch_px: edge of a patch, in pixels.
        cells: number of half-resolution cells sampled from each patch for the loss.
        learning_rate: maximum learning rate.
        weight_decay: weight decay of AdamW.
        warm_steps: number of warmup steps.
        averaging: decay of the moving average of the weights, per step.
        steps_per_view: number of steps after which the oldest view of the pool is replaced.
        rarity: exponent of class rarity; a cell is drawn with a probability proportional to the
            share of its class in the pool to the power of minus this.
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

    @classmethod
    def short(cls, steps: int, patches: int, patch_px: int, learning_rate: float) -> FitSettings:
        """Return settings whose warmup and averaging suit a small number of steps."""
        return cls(
            steps=steps,
            patches=patches,
            patch_px=patch_px,
            learning_rate=learning_rate,
            warm_steps=max(1, round(WARM_SHARE * steps)),
            averaging=min(MAX_AVERAGING, 1 - 10 / (steps + 10)),
        )


class Pool(Protocol):
    """Source of training patches."""

    def draw(self, rng: np.random.Generator, patches: int, edge_px: int) -> Batch:
        """Return patches (N, C, edge, edge) and their classes (N, edge, edge)."""

    def renew(self) -> None:
        """Replace the oldest part of the pool by a new one."""


@dataclass(frozen=True)
class StepResult:
    """Result of a step: its number, its loss, and the averaged network in evaluation mode."""

    step: int
    loss: float
    network: nn.Module


def fit(
    network: nn.Module, pool: Pool, settings: FitSettings, rng: np.random.Generator, loss_of: Loss
) -> Iterator[StepResult]:
    """Train the network on its device and yield the result of each step.

    Args:
        network: network with random or trained weights; modified in place.
        pool: source of the patches.
        settings: settings of the run.
        rng: random generator that draws the patches.
        loss_of: function that returns the loss of the network for images (N, bands, P, P) float32
            and classes (N, P, P) int64.
    """
    device = next(network.parameters()).device
    network.train()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = AveragedModel(
        network, multi_avg_fn=get_ema_multi_avg_fn(settings.averaging), use_buffers=True
    )
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: warm_cosine(step, settings.steps, settings.warm_steps)
    )
    for step in range(1, settings.steps + 1):
        batch = pool.draw(rng, settings.patches, settings.patch_px)
        images = torch.from_numpy(batch.channels).to(device, memory_format=torch.channels_last)
        classes = torch.from_numpy(batch.classes).long().to(device)
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(network, images, classes)
        loss.backward()
        optimizer.step()
        rates.step()
        average.update_parameters(network)
        if step % settings.steps_per_view == 0:
            pool.renew()
        yield StepResult(step, loss.item(), average.module.eval())
