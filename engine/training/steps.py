# SPDX-License-Identifier: GPL-2.0-or-later
"""Optimizer steps of one stage of a recipe.

Independent of files, sampling and progress reports: the caller passes batches of images and labels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..architectures.frozen_norms import freeze_norms
from ..architectures.heads import training_heads
from .forward import PLAIN, SINGLE_PROCESS, HasCells, Heads, Means, cell_heads
from .losses import (
    Objective,
    Truths,
    classes_at,
    divisors_of,
    draw_cells,
    heads_loss,
    keep_pixels,
    objective_of,
)
from .optimizers import build_optimizer, set_rate
from .processes import no_sync_until_last
from .schedules import rate_at

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from torch import Tensor
    from torch.optim import Optimizer

    from ..architectures.heads import Head
    from ..protocol import TrainingRecipe
    from ..protocol.catalog.recipes import Stage
    from .processes import Processes


class Batch(NamedTuple):
    """Batch of images with their labels.

    Args:
        images: images (N, bands, H, W) float32, on the device of the network.
        truths: labels (N, H, W) int64 by task, `main` and optionally others; see `heads_loss`.
        cells: flat indices (N, cells) of the cells to score; None: all pixels.
    """

    images: Tensor
    truths: Truths
    cells: Tensor | None = None


class Penalty(Protocol):
    """Term that is added to the loss of a batch."""

    def __call__(self, heads: Sequence[Head], batch: Batch) -> Tensor:
        """Return the term, a scalar, for the heads of the network and the batch they score."""


class StageTraining:
    """Training of one stage.

    Args:
        network: network on its device; modified in place.
        recipe: recipe with the chosen variants.
        stage: stage to train, one of `recipe.stages_for`.
        steps: number of steps of the stage; see `Stage.length`.
        pretrained: names of the pretrained parameters.
        generator: random generator that samples the pixels of the loss; None: torch's default.
        class_weights: weight of each class, (C,) float32 on the device, in the loss, or in the
            sampling of cells if the recipe draws them; None: all 1.
        means: how each step is computed.
        penalty: term added to the loss of each batch, or None.

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
        means: Means = PLAIN,
        penalty: Penalty | None = None,
    ) -> None:
        if recipe.frozen_norms:
            freeze_norms(network)
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network, self.recipe, self.steps, self.done = network, recipe, steps, 0
        self._frozen = [network.get_submodule(name) for name in stage.frozen]
        for part in self._frozen:
            part.requires_grad_(requires_grad=False)
        rate = stage.learning_rate
        self._optimizer = build_optimizer(network, recipe.optimizer, rate, pretrained)
        self._stage, self._class_weights, self._generator = stage, class_weights, generator
        # Where class weights decide which cells are drawn, the loss does not weight them again.
        in_loss = None if recipe.sampling.drawn_cells else class_weights
        self._objective = objective_of(recipe.loss, in_loss)
        self._cell_px = recipe.cell_px if isinstance(network, HasCells) else 0
        heads_of = cell_heads if self._cell_px else training_heads
        self._processes, self._penalty = means.processes, penalty
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
        sampled = [self._sampled(batch) for batch in batches]
        loss = train_step(
            self._heads,
            self._optimizer,
            sampled,
            self._objective,
            self._processes,
            penalty=self._penalty,
            max_norm=self.recipe.optimizer.max_norm,
        )
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

    def _sampled(self, batch: Batch) -> Batch:
        """Return the batch with the labels that the loss is computed at.

        They are those of given or drawn cells, or all on the grid of the scores, `IGNORED` where
        the loss is not sampled.
        """
        sampling, main = self.recipe.sampling, batch.truths["main"]
        if batch.cells is not None:
            at = batch.cells
            return batch._replace(
                truths={name: classes_at(truth, at) for name, truth in batch.truths.items()}
            )
        if sampling.drawn_cells:
            cells = draw_cells(main, sampling.drawn_cells, self._class_weights, self._generator)
            return Batch(batch.images, {"main": classes_at(main, cells)}, cells)
        stride = max(1, self._cell_px)
        truths = {
            name: keep_pixels(truth[:, ::stride, ::stride], sampling.kept_share, self._generator)
            for name, truth in batch.truths.items()
        }
        return Batch(batch.images, truths)


def train_step(
    heads: nn.Module,
    optimizer: Optimizer,
    batches: Sequence[Batch],
    objective: Objective,
    processes: Processes = SINGLE_PROCESS,
    *,
    penalty: Penalty | None = None,
    max_norm: float = 0.0,
) -> float:
    """Take one optimizer step with the accumulated gradients of all batches and return the loss.

    Args:
        heads: module that maps images and cells to heads; see `Heads` and `Processes.shared`.
        optimizer: optimizer of its parameters.
        batches: batches that pass through the network one by one; apart from batch norms, the
            step equals that of one large batch.
        objective: loss function of all heads.
        processes: processes that share the step, each with its own batches.
        penalty: term added to the loss, averaged over the batches; None: no term.
        max_norm: norm that the gradient is clipped to; 0: it is not clipped.

    Returns:
        Loss of the batches of this process; the loss of the step is the sum over all processes.
    """
    divisors = divisors_of([batch.truths for batch in batches], objective)
    if objective.is_mean:
        divisors = {name: processes.total(divisor) for name, divisor in divisors.items()}
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for number, batch in enumerate(batches, 1):
        with no_sync_until_last(heads, is_last=number == len(batches)):
            scored = heads(batch.images, batch.cells)
            loss = heads_loss(scored, batch.truths, objective, divisors)
            if penalty is not None:
                loss = loss + penalty(scored, batch) / len(batches)
            (loss * processes.count).backward()  # gradients are averaged over processes
        total += loss.item()
    if max_norm:
        nn.utils.clip_grad_norm_(heads.parameters(), max_norm)
    optimizer.step()
    return total


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
