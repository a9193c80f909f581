# SPDX-License-Identifier: GPL-2.0-or-later
"""Batches: the patches of each step, drawn and read while the previous step is computed.

Each patch has its own random generator, seeded by its position in the run, so the patch does not
depend on interruptions or on the process that draws it.
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
        scenes: scenes to draw from, with equal probability.
        normalization: normalization of the model.
        seed: random seed of the run.
        processes: processes that share the work, each with its own patches.
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
        """Yield the batches of each step of a stage, from `first` to `last` (exclusive)."""
        with ThreadPoolExecutor(1, "patches") as reader:
            pending = reader.submit(self.at, recipe, stage, first)
            for step in range(first, last):
                batches = pending.result()
                if step + 1 < last:
                    pending = reader.submit(self.at, recipe, stage, step + 1)
                yield batches

    def at(self, recipe: TrainingRecipe, stage: int, step: int) -> list[Batch]:
        """Return the batches of a step, as many as the recipe accumulates."""
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
