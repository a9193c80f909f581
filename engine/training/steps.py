# SPDX-License-Identifier: GPL-2.0-or-later
"""Optimizer steps of one stage of a recipe.

Independent of files, sampling and progress reports: the caller passes batches of images and labels.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..architectures.crf.rnn import CrfRnn
from ..architectures.frozen_norms import freeze_norms
from ..architectures.heads import Head, training_heads
from .losses import Objective, Truths, divisors_of, heads_loss, keep_pixels, objective_of
from .optimizers import build_optimizer, set_rate
from .processes import Processes, no_sync_until_last
from .recomputing import recomputed
from .schedules import rate_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from torch import Tensor
    from torch.optim import Optimizer

    from ..protocol import TrainingRecipe
    from ..protocol.catalog.recipes import Stage

SINGLE_PROCESS = Processes()


class Batch(NamedTuple):
    """Batch of images with their labels.

    Args:
        images: images (N, bands, H, W) float32, on the device of the network.
        truths: labels (N, H, W) int64 by task, `main` and optionally others; see `heads_loss`.
    """

    images: Tensor
    truths: Truths


@dataclass(frozen=True)
class Means:
    """How a step is computed; apart from rounding, the result does not depend on it.

    Args:
        half_precise: whether scores are computed in bfloat16 where that is precise enough.
        recompute: whether activations are recomputed instead of stored.
        processes: processes that share the work.
    """

    half_precise: bool = False
    recompute: bool = False
    processes: Processes = SINGLE_PROCESS


@runtime_checkable
class HasCells(Protocol):
    """Network that can return its scores before they are upsampled."""

    def cells(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H / cell, W / cell) for images (N, bands, H, W)."""


class Heads(nn.Module):
    """Module whose forward pass returns all heads of a network, for the loss.

    Args:
        network: network in training mode.
        heads_of: function that returns the heads of the network for images.
        means: how the forward pass is computed.
    """

    def __init__(
        self,
        network: nn.Module,
        heads_of: Callable[[nn.Module, Tensor], tuple[Head, ...]] = training_heads,
        means: Means = Means(),
    ) -> None:
        super().__init__()
        self.network = network
        self._heads_of, self._means = heads_of, means
        # CRF-RNN sums too many small numbers for the 8 bits of precision of bfloat16.
        is_exact = any(isinstance(module, CrfRnn) for module in network.modules())
        self._half_precise = means.half_precise and not is_exact

    def forward(self, images: Tensor) -> tuple[Head, ...]:
        """Return all heads for images (N, bands, H, W), the main one first."""
        with ExitStack() as by:
            if self._half_precise:
                by.enter_context(torch.autocast(images.device.type, torch.bfloat16))
            if self._means.recompute:
                by.enter_context(recomputed(self.network))
            return self._heads_of(self.network, images)


class StageTraining:
    """Training of one stage.

    Args:
        network: network on its device; modified in place.
        recipe: recipe with the chosen variants.
        stage: stage to train, one of `recipe.stages_for`.
        steps: number of steps of the stage; see `Stage.length`.
        pretrained: names of the pretrained parameters.
        generator: random generator that samples the pixels of the loss; None: torch's default.
        class_weights: loss weight of each class, (C,) float32 on the device; None: all 1.
        means: how each step is computed.

    Raises:
        ValueError: if no trainable parameter is left.
    """

    def __init__(
        self,
        network: nn.Module,
        recipe: TrainingRecipe,
        stage: Stage,
        steps: int,
        *,
        pretrained: Collection[str] = (),
        generator: torch.Generator | None = None,
        class_weights: Tensor | None = None,
        means: Means = Means(),
    ) -> None:
        if recipe.frozen_norms:
            freeze_norms(network)
        self.network, self.steps, self.done = network, steps, 0
        self._frozen = [network.get_submodule(name) for name in stage.frozen]
        for part in self._frozen:
            part.requires_grad_(requires_grad=False)
        rate = stage.learning_rate
        self._optimizer = build_optimizer(network, recipe.optimizer, rate, pretrained)
        self._stage, self._objective = stage, objective_of(recipe.loss, class_weights)
        self._kept_share, self._generator = recipe.sampling.kept_share, generator
        self._cell_px = recipe.cell_px if isinstance(network, HasCells) else 0
        heads_of = cell_heads if self._cell_px else training_heads
        self._processes = means.processes
        self._heads = means.processes.shared(Heads(network, heads_of, means))
        self._average = averaged(network, recipe.averaging) if recipe.averaging else None

    @property
    def learning_rate(self) -> float:
        """Learning rate of the next step."""
        return rate_at(self._stage.schedule, self._stage.learning_rate, self.done, self.steps)

    @property
    def trained(self) -> nn.Module:
        """Trained network: the moving average of the weights if there is one, or the network."""
        return self.network if self._average is None else self._average.module

    def step(self, batches: Sequence[Batch]) -> float:
        """Take one optimizer step and return the loss.

        Args:
            batches: batches whose gradients are accumulated for the step.
        """
        self.network.train()
        for part in self._frozen:
            part.eval()
        set_rate(self._optimizer, self.learning_rate)
        sampled = [Batch(images, self._loss_truths(truths)) for images, truths in batches]
        loss = train_step(self._heads, self._optimizer, sampled, self._objective, self._processes)
        if self._average is not None:
            self._average.update_parameters(self.network)
        self.done += 1
        return loss

    def tensors(self) -> dict[str, Tensor]:
        """Return all tensors that later steps depend on, by name."""
        named = _prefixed("network.", self.network.state_dict())
        if self._average is not None:
            named |= _prefixed("average.", self._average.state_dict())
        for number, state in self._optimizer.state_dict()["state"].items():
            held = {name: value for name, value in state.items() if value is not None}
            named |= _prefixed(f"optimizer.{number}.", held)
        return named

    def resume(self, tensors: Mapping[str, Tensor], done: int) -> None:
        """Restore the state of an interrupted training of the same stage.

        Args:
            tensors: tensors returned by its method `tensors`.
            done: number of steps it had taken.

        Raises:
            RuntimeError: if the tensors do not fit the network or the optimizer.
        """
        self.network.load_state_dict(_without("network.", tensors))
        if self._average is not None:
            self._average.load_state_dict(_without("average.", tensors))
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in _without("optimizer.", tensors).items():
            number, _, key = name.partition(".")
            state.setdefault(int(number), {})[key] = value
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": state, "param_groups": groups})
        self.done = done

    def _loss_truths(self, truths: Truths) -> dict[str, Tensor]:
        """Return the labels on the grid of the scores, `IGNORED` where the loss is not sampled."""
        stride = max(1, self._cell_px)
        return {
            name: keep_pixels(truth[:, ::stride, ::stride], self._kept_share, self._generator)
            for name, truth in truths.items()
        }


def train_step(
    heads: nn.Module,
    optimizer: Optimizer,
    batches: Sequence[Batch],
    objective: Objective,
    processes: Processes = SINGLE_PROCESS,
) -> float:
    """Take one optimizer step with the accumulated gradients of all batches and return the loss.

    Args:
        heads: module that maps images to heads; see `Heads` and `Processes.shared`.
        optimizer: optimizer of its parameters.
        batches: batches that pass through the network one by one; apart from batch norms, the
            step equals that of one large batch.
        objective: loss function of all heads.
        processes: processes that share the step, each with its own batches.

    Returns:
        Loss of the batches of this process; the loss of the step is the sum over all processes.
    """
    divisors = divisors_of([batch.truths for batch in batches], objective)
    if objective.is_mean:
        divisors = {name: processes.total(divisor) for name, divisor in divisors.items()}
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for number, (images, truths) in enumerate(batches, 1):
        with no_sync_until_last(heads, is_last=number == len(batches)):
            loss = heads_loss(heads(images), truths, objective, divisors)
            (loss * processes.count).backward()  # gradients are averaged over processes
        total += loss.item()
    optimizer.step()
    return total


def cell_heads(network: nn.Module, images: Tensor) -> tuple[Head, ...]:
    """Return the scores of a network before upsampling as its only head.

    Raises:
        TypeError: if the network cannot return its scores before upsampling.
    """
    if not isinstance(network, HasCells):
        raise TypeError(f"{type(network).__name__} cannot return its scores before upsampling.")
    return (Head("main", network.cells(images)),)


def averaged(network: nn.Module, kept: float) -> AveragedModel:
    """Return an exponential moving average of a network's weights and running statistics.

    Args:
        network: network with the initial values.
        kept: decay of the average, per update.
    """
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(kept), use_buffers=True)
    return average.eval()


def _prefixed(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {prefix + name: value for name, value in tensors.items()}


def _without(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors whose names begin with a prefix, by their names without it."""
    return {n.removeprefix(prefix): value for n, value in tensors.items() if n.startswith(prefix)}
