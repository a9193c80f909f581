# SPDX-License-Identifier: GPL-2.0-or-later
"""One tuning on one shifted scene, scored where nothing was drawn and on unshifted scenes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from ...finetune.tuning import Tuning, replayed_scenes
from ...metrics import score
from ...protocol.catalog.recipes import finetune_recipe
from ...synthetic import make_scene
from ...synthetic.layouts import TOWN
from ...tiling.window import Window
from ...training.forward import Means
from .shifts import SHIFTS, labeled_by_heights
from .target import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from ...protocol import ModelCard
    from ...protocol.catalog.recipes import FinetuneRecipe

GSD_M = 0.2
SIZE_PX, HOME_PX = 900, 400
FIRST_TARGET, FIRST_HOME = 7_100, 7_200  # seeds that no bundled model was trained on
HOMES = 4
DRAWN = (0, 1, 2, 3)  # impervious surface, building, low vegetation, tree
CAUSES = {"another meaning": "meaning"}
CPU = torch.device("cpu")


@dataclass(frozen=True)
class Result:
    """Result of a trial.

    Args:
        shift: name of the shift.
        seed: number of the scene and of the draw.
        polygons: number of drawn polygons.
        f1_before: F1 of each class in the half where nothing was drawn; NaN without its pixels.
        f1_after: F1 of each class after tuning.
        home_before: overall accuracy on unshifted scenes.
        home_after: overall accuracy on them after tuning.
        cpu_s: processor time of the tuning in seconds.
    """

    shift: str
    seed: int
    polygons: int
    f1_before: tuple[float, ...]
    f1_after: tuple[float, ...]
    home_before: float
    home_after: float
    cpu_s: float

    @property
    def undrawn(self) -> Iterator[tuple[float, float]]:
        """F1 before and after of each class that has pixels and was not drawn."""
        for index, pair in enumerate(zip(self.f1_before, self.f1_after, strict=True)):
            if index not in DRAWN and not np.isnan(pair[0]):
                yield pair


class Bench:
    """Scores a model before and after tuning.

    Args:
        base: network to tune.
        card: card of the network.
        half_precise: whether tuning computes in bfloat16.
    """

    def __init__(self, base: nn.Module, card: ModelCard, *, half_precise: bool) -> None:
        self._base, self._card, self._half_precise = base, card, half_precise
        self._homes = [
            Target.of(labeled_by_heights(make_scene(FIRST_HOME + n, HOME_PX, GSD_M)), card)
            for n in range(HOMES)
        ]
        self._replay = replayed_scenes(card, len(card.legend))
        self._home_before = self.home_accuracy(base)
        self._targets: dict[tuple[str, int], tuple[Target, np.ndarray]] = {}

    def run(
        self, shift: str, seed: int, polygons: int, recipe: FinetuneRecipe | None = None
    ) -> Result:
        """Return the result of a trial with a recipe, or that of the standard budget."""
        recipe = recipe or finetune_recipe("standard", CAUSES.get(shift, "colors"))
        target, before = self._target(shift, seed)
        drawn = target.draw(np.random.default_rng((seed, polygons)), DRAWN, polygons)
        started = time.process_time()
        tuning = Tuning(
            self._base,
            self._card,
            recipe,
            [target.scene],
            drawn,
            recipe.steps_for(polygons),
            seed,
            Means(half_precise=self._half_precise),
            replay=self._replay,
        )
        for _ in tuning.steps():
            pass
        cpu_s = time.process_time() - started
        network = tuning.network
        after = target.confusion(network, self._card, CPU)
        return Result(
            shift,
            seed,
            polygons,
            _f1(before),
            _f1(after),
            self._home_before,
            self.home_accuracy(network),
            cpu_s,
        )

    def home_accuracy(self, network: nn.Module) -> float:
        """Return the overall accuracy of a network on all unshifted scenes."""
        whole = Window(0, 0, HOME_PX, HOME_PX)
        counts = sum(home.confusion(network, self._card, CPU, whole) for home in self._homes)
        return float(np.trace(counts) / np.sum(counts))

    def _target(self, shift: str, seed: int) -> tuple[Target, np.ndarray]:
        """Return the target of a shift and the confusion matrix of the base model on it."""
        if (shift, seed) not in self._targets:
            scene = make_scene(FIRST_TARGET + seed, SIZE_PX, GSD_M, None, TOWN)
            target = Target.of(SHIFTS[shift](labeled_by_heights(scene)), self._card)
            before = target.confusion(self._base, self._card, CPU)
            self._targets[shift, seed] = target, before
        return self._targets[shift, seed]


def _f1(counts: np.ndarray) -> tuple[float, ...]:
    """Return the F1 of each class with pixels in the truth; NaN for the others."""
    known = counts.sum(axis=1) > 0
    return tuple(
        float(f1) if is_known else float("nan")
        for f1, is_known in zip(score(counts).f1, known, strict=True)
    )
