# SPDX-License-Identifier: GPL-2.0-or-later
"""Task of a fine-tuning: model, recipe, scenes and polygons, which do not change during the run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ...training.seeds import seed_at
from ..proof.home import home_scores
from ..tuning import Tuning, codes_in, disputed_classes, scores_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from torch import nn

    from ...protocol import ModelCard
    from ...protocol.catalog.recipes import FinetuneRecipe
    from ...tiling.window import Window
    from ...training.forward import Means
    from ...training.view_pool import ViewPatches
    from ..labels.label_polygon import LabelPolygon
    from ..proof.home import HomeScores
    from ..tuning import TuningScene

LAST = 0  # number of the last training; folds are numbered from 1
MEASURED_STEPS = 2


@dataclass(frozen=True, eq=False)
class FinetuneTask:
    """Task of a run: the network to start from, the scenes and polygons, and how to train.

    Args:
        base: network to start from, with rows for new classes, on its device.
        card: card of the new model, without the results of the run.
        parents: index of the parent of each new class, by the index of the new class.
        recipe: recipe of the budget and the cause.
        scenes: scenes of the job.
        polygons: polygons of all scenes.
        folds: fold of each polygon, (n,) int.
        seed: random seed.
        means: device and precision of each step.
        threads: number of CPU threads.
        raise_if_canceled: callback that raises `JobCanceled` to stop.
        replay: generated scenes, if the recipe replays them.
    """

    base: nn.Module
    card: ModelCard
    parents: Mapping[int, int]
    recipe: FinetuneRecipe
    scenes: Sequence[TuningScene]
    polygons: Sequence[LabelPolygon]
    folds: np.ndarray
    seed: int
    means: Means
    threads: int
    raise_if_canceled: Callable[[], None]
    replay: Sequence[ViewPatches] = ()

    @property
    def classes(self) -> np.ndarray:
        """Class index of each polygon, (n,) int."""
        return np.array([polygon.class_index for polygon in self.polygons], int)

    @property
    def alphas(self) -> tuple[float, ...]:
        """Alphas of the recipe but 0, which is the base."""
        return tuple(alpha for alpha in self.recipe.alphas if alpha > 0)

    @cached_property
    def counts_before(self) -> np.ndarray:
        """Pixels of each class that the base sees in each polygon, (polygons, classes) int64."""
        return self.counts(self.base)

    @cached_property
    def home_before(self) -> HomeScores | None:
        """Scores of the base on the home domain; None if that says nothing about the model."""
        return home_scores(self.base, self.card, self.raise_if_canceled)

    def tuning(self, at: Sequence[int], steps: int, number: int) -> Tuning:
        """Return a new training.

        Args:
            at: indices of the polygons to learn.
            steps: number of steps.
            number: number of the training, which its random draws depend on.
        """
        drawn = self.classes[list(at)].tolist()
        return Tuning(
            self.base,
            self.card,
            self.recipe,
            self.scenes,
            [self.polygons[index] for index in at],
            steps,
            seed_at(self.seed, number),
            self.means,
            parents=self.parents,
            replay=self.replay,
            disputed=disputed_classes(self.counts_before[list(at)], drawn),
        )

    def counts(self, network: nn.Module, at: Sequence[int] | None = None) -> np.ndarray:
        """Return the pixels of each predicted class in polygons, (polygons, classes) int64.

        Args:
            network: network in evaluation mode.
            at: indices of the polygons; None: all.
        """
        return scores_at(
            network,
            self.card,
            self.scenes,
            self.polygons if at is None else [self.polygons[index] for index in at],
            self.means.processes.device,
            threads=self.threads,
            raise_if_canceled=self.raise_if_canceled,
        )

    def codes(
        self, network: nn.Module, windows: Sequence[tuple[int, Window]]
    ) -> Iterator[np.ndarray]:
        """Yield the class of each pixel of windows, (h, w) uint8, from 1; 0: no values.

        Args:
            network: network in evaluation mode.
            windows: pairs of the index of a scene and a window of it.
        """
        return codes_in(
            network,
            self.card,
            self.scenes,
            windows,
            self.means.processes.device,
            threads=self.threads,
            raise_if_canceled=self.raise_if_canceled,
        )

    def measured_step_s(self) -> float:
        """Return the duration of a step in seconds, by the second of two."""
        tuning = self.tuning(range(len(self.polygons)), MEASURED_STEPS, LAST)
        ends = [time.monotonic()]
        for _ in tuning.steps():
            self.raise_if_canceled()
            ends.append(time.monotonic())
        return ends[-1] - ends[-2]
