# SPDX-License-Identifier: GPL-2.0-or-later
"""Batches: the patches of each step, drawn and read while the step before is computed.

Each patch has a generator of its own, seeded by where it stands in the run: it is the same patch
whether the run was interrupted, and whichever process draws it.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..augment import augment
from ..steps import Batch
from .seeds import seed_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ...protocol import Normalization, TrainingRecipe
    from ..processes import Processes
    from ..scene_patches import ScenePatches


class Batches:
    """Draws the patches of any step of a run.

    Args:
        scenes: to draw from, all alike.
        normalization: of the model to be.
        seed: of the run.
        processes: who takes part; each draws its own patches.
    """

    def __init__(
        self,
        scenes: Sequence[ScenePatches],
        normalization: Normalization,
        seed: int,
        processes: Processes,
    ) -> None:
        self._scenes = tuple(scenes)
        self._normalization, self._seed, self._processes = normalization, seed, processes

    def prefetch(
        self, recipe: TrainingRecipe, stage: int, first: int, last: int
    ) -> Iterator[list[Batch]]:
        """Yield what the steps from `first` up to `last` of a stage look at."""
        with ThreadPoolExecutor(1, "patches") as reader:
            pending = reader.submit(self.at, recipe, stage, first)
            for step in range(first, last):
                batches = pending.result()
                if step + 1 < last:
                    pending = reader.submit(self.at, recipe, stage, step + 1)
                yield batches

    def at(self, recipe: TrainingRecipe, stage: int, step: int) -> list[Batch]:
        """Return what a step looks at: as many batches as the recipe accumulates."""
        size, whole = recipe.sampling.batch, self._processes.count * recipe.sampling.batch
        firsts = [
            part * whole + self._processes.number * size
            for part in range(recipe.sampling.accumulated)
        ]
        return [
            self._batch(recipe, [(stage, step, first + number) for number in range(size)])
            for first in firsts
        ]

    def _batch(self, recipe: TrainingRecipe, positions: list[tuple[int, int, int]]) -> Batch:
        drawn = [self._patch(recipe, position) for position in positions]
        images = torch.from_numpy(np.stack([channels for channels, _ in drawn]))
        classes = torch.from_numpy(np.stack([classes for _, classes in drawn]))
        device = self._processes.device
        return Batch(
            images.to(device, memory_format=torch.channels_last),
            {"main": classes.to(device).long()},
        )

    def _patch(
        self, recipe: TrainingRecipe, position: tuple[int, int, int]
    ) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed_at(self._seed, *position))
        scene = self._scenes[rng.integers(len(self._scenes))]
        height, width = recipe.sampling.patch_px or scene.classes.shape
        window = scene.sampler.draw(rng, height, width, recipe.sampling.balanced_share)
        return augment(rng, *scene.cut(window), recipe.augmentation, self._normalization)
