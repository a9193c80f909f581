# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps: one stage of a recipe on a network, one change of its weights after the other.

It knows no files, no patches and no progress: whoever has images and their classes feeds them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..architectures.frozen_norms import freeze_norms
from ..architectures.heads import Head, training_heads
from .losses import Objective, Truths, divisors_of, heads_loss, keep_pixels, objective_of
from .optimizers import build_optimizer, set_rate
from .schedules import rate_at

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    import torch
    from torch import Tensor, nn
    from torch.optim import Optimizer

    from ..protocol import TrainingRecipe
    from ..protocol.catalog.recipes import Stage


class Batch(NamedTuple):
    """Images that pass through a network together.

    Args:
        images: (N, bands, H, W) float32, on the device of the network.
        truths: (N, H, W) int64, `main` and maybe those of other tasks; see `heads_loss`.
    """

    images: Tensor
    truths: Truths


@runtime_checkable
class HasCells(Protocol):
    """A network that gives its scores before they are enlarged."""

    def cells(self, image: Tensor) -> Tensor:
        """Return scores (N, classes, H / cell, W / cell) for images (N, bands, H, W)."""


class StageTraining:
    """A stage under way.

    Args:
        network: on its device; is changed.
        recipe: with the variants that are wanted.
        stage: one of `recipe.stages_for`.
        steps: how many there will be; see `Stage.length`.
        pretrained: names of the parameters that come from elsewhere.
        generator: draws the pixels that the loss looks at; None: that of torch.

    Raises:
        ValueError: nothing is left to be trained.
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
    ) -> None:
        if recipe.frozen_norms:
            freeze_norms(network)
        self.network, self.steps, self.done = network, steps, 0
        self._frozen = [network.get_submodule(name) for name in stage.frozen]
        for part in self._frozen:
            part.requires_grad_(requires_grad=False)
        rate = stage.learning_rate
        self._optimizer = build_optimizer(network, recipe.optimizer, rate, pretrained)
        self._stage, self._objective = stage, objective_of(recipe.loss)
        self._kept_share, self._generator = recipe.sampling.kept_share, generator
        self._cell_px = recipe.cell_px if isinstance(network, HasCells) else 0
        self._average = averaged(network, recipe.averaging) if recipe.averaging else None

    @property
    def learning_rate(self) -> float:
        """Rate of the next step."""
        return rate_at(self._stage.schedule, self._stage.learning_rate, self.done, self.steps)

    @property
    def trained(self) -> nn.Module:
        """What the training is about: the network, or the average of its weights so far."""
        return self.network if self._average is None else self._average.module

    def step(self, batches: Sequence[Batch]) -> float:
        """Change the weights once, and return the loss.

        Args:
            batches: as many as the recipe accumulates, or fewer; all of them make one step.
        """
        self.network.train()
        for part in self._frozen:
            part.eval()
        set_rate(self._optimizer, self.learning_rate)
        seen = [Batch(images, self._looked_at(truths)) for images, truths in batches]
        heads_of = cell_heads if self._cell_px else training_heads
        loss = train_step(self.network, self._optimizer, seen, self._objective, heads_of)
        if self._average is not None:
            self._average.update_parameters(self.network)
        self.done += 1
        return loss

    def _looked_at(self, truths: Truths) -> dict[str, Tensor]:
        """Return the truths on the grid of the scores, unknown where the loss does not look."""
        every = max(1, self._cell_px)
        return {
            name: keep_pixels(truth[:, ::every, ::every], self._kept_share, self._generator)
            for name, truth in truths.items()
        }


def train_step(
    network: nn.Module,
    optimizer: Optimizer,
    batches: Sequence[Batch],
    objective: Objective,
    heads_of: Callable[[nn.Module, Tensor], tuple[Head, ...]] = training_heads,
) -> float:
    """Change the weights once by the gradients of all batches together, and return the loss.

    Args:
        network: in training mode.
        optimizer: of its weights.
        batches: pass through the network one after the other; but for batch norms, the step is
            that of one large batch.
        objective: of all heads.
        heads_of: gives what the loss reads.
    """
    divisors = divisors_of([batch.truths for batch in batches], objective)
    optimizer.zero_grad(set_to_none=True)
    total = 0.0
    for images, truths in batches:
        loss = heads_loss(heads_of(network, images), truths, objective, divisors)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


def cell_heads(network: nn.Module, images: Tensor) -> tuple[Head, ...]:
    """Return the scores of a network's cells as its only head.

    Raises:
        TypeError: the network does not give them.
    """
    if not isinstance(network, HasCells):
        raise TypeError(f"{type(network).__name__} does not give the scores of its cells.")
    return (Head("main", network.cells(images)),)


def averaged(network: nn.Module, kept: float) -> AveragedModel:
    """Return a running average of a network's weights and statistics.

    Args:
        network: starts it.
        kept: share of the average that each update keeps.
    """
    average = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(kept), use_buffers=True)
    return average.eval()
