# SPDX-License-Identifier: GPL-2.0-or-later
"""One training on some polygons, by the loop of all training."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from ...protocol import row_named
from ...tiling.grid import padded_size
from ...training.forward import PLAIN
from ...training.losses import scores_cells
from ...training.seeds import seed_at
from ...training.stage_loop import train_stage
from ...training.steps import StageTraining
from .blending import check_statistics
from .patches import TuningBatches
from .protection import Restraint
from .trainable import check_trainable, trained_part, trunk_names

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from torch import Tensor, nn

    from ...protocol import ModelCard
    from ...protocol.catalog.recipes import FinetuneRecipe
    from ...training.forward import Means
    from ...training.stage_loop import StepResult
    from ...training.view_pool import ViewPatches
    from ..labels.label_polygon import LabelPolygon
    from .scene import TuningScene


class Tuning:
    """Training of a network on some polygons, new or resumed.

    The same arguments give the same weights, also after an interruption at any step.

    Args:
        base: network to start from, on its device, with rows for new classes; not modified.
        card: card of the new model, whose legend has the new classes.
        recipe: recipe of fine-tuning.
        scenes: scenes of the job.
        polygons: polygons to learn, at least one.
        steps: number of optimizer steps.
        seed: random seed.
        means: how each step is computed.
        parents: index of the parent of each new class, by the index of the new class.
        replay: generated scenes for the recipe's replay; none: nothing is replayed.
        disputed: indices of undrawn classes that polygons contradict.

    Raises:
        ModelError: if the model cannot be fine-tuned.
    """

    def __init__(
        self,
        base: nn.Module,
        card: ModelCard,
        recipe: FinetuneRecipe,
        scenes: Sequence[TuningScene],
        polygons: Sequence[LabelPolygon],
        steps: int,
        seed: int,
        means: Means = PLAIN,
        *,
        parents: Mapping[int, int] | None = None,
        replay: Sequence[ViewPatches] = (),
        disputed: Collection[int] = (),
    ) -> None:
        check_trainable(card)
        recipe = recipe if replay else replace(recipe, replay_patches=0)
        self._base, self._steps = base.eval(), steps
        stride_px = row_named(card.architecture).geometry(card.options).stride_px
        training_recipe = recipe.training_recipe(steps, padded_size(recipe.patch_px, stride_px))
        self._whole = copy.deepcopy(base)
        part = trained_part(self._whole).requires_grad_(requires_grad=True)
        drawn = {polygon.class_index for polygon in polygons}
        self._training = StageTraining(
            part,
            training_recipe,
            training_recipe.stages[0],
            steps,
            pretrained=trunk_names(part, len(card.legend)),
            means=means,
            penalty=Restraint(
                trained_part(self._base),
                recipe,
                drawn,
                parents or {},
                disputed,
                half_precise=means.half_precise,
            ),
        )
        self._batches = TuningBatches(
            recipe,
            scenes,
            polygons,
            card.normalization,
            seed_at(seed, 0),
            means.processes,
            replay,
            recipe.cells if scores_cells(part) else 0,
        )

    @property
    def done(self) -> int:
        """Number of completed steps."""
        return self._training.done

    @property
    def network(self) -> nn.Module:
        """A copy of the tuned network, in evaluation mode.

        Raises:
            EngineError: if a running statistic is not that of the base.
        """
        whole = copy.deepcopy(self._base)
        after = trained_part(whole)
        check_statistics(after, self._training.trained)
        after.load_state_dict(self._training.trained.state_dict())
        return whole

    def steps(self, goes_on: Callable[[], bool] = lambda: True) -> Iterator[StepResult]:
        """Take the remaining steps and yield the result of each.

        Args:
            goes_on: callback before each step that returns whether to take it; it may raise.

        Raises:
            EngineError: if the loss becomes NaN or infinite.
            InputError: if a block of a file cannot be read.
        """
        yield from train_stage(self._training, self._batches, goes_on=goes_on)

    def tensors(self) -> dict[str, Tensor]:
        """Return all tensors that later steps depend on, by name."""
        return self._training.tensors()

    def resume(self, tensors: Mapping[str, Tensor], done: int) -> None:
        """Restore the state of an interrupted tuning with the same arguments.

        Args:
            tensors: tensors returned by its method `tensors`.
            done: number of steps it had taken.

        Raises:
            RuntimeError: if the tensors do not fit the network or the optimizer.
        """
        self._training.resume(tensors, done)
