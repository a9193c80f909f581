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

from .patches import draw_patch
from .seeds import seed_at
from .steps import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ..protocol import Normalization, TrainingRecipe
    from .patches import Patch, PatchSource
    from .processes import Processes


class Batches:
    """Draws the patches of any step of a run.

    Args:
        sources_at: function that returns the scenes to draw from at a step of a stage; it is
            called with steps in ascending order, in another thread.
        normalization: normalization of the model.
        seed: random seed of the run.
        processes: processes that share the work, each with its own patches.
    """

    def __init__(
        self,
        sources_at: Callable[[int], Sequence[PatchSource]],
        normalization: Normalization,
        seed: int,
        processes: Processes,
    ) -> None:
        self._sources_at, self._normalization = sources_at, normalization
        self.seed, self.processes = seed, processes

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
        size, whole = recipe.sampling.batch, self.processes.count * recipe.sampling.batch
        firsts = [
            part * whole + self.processes.number * size
            for part in range(recipe.sampling.accumulated)
        ]
        sources = self._sources_at(step)
        return [
            self._batch(
                [
                    self._patch(recipe, sources, (stage, step, first + number))
                    for number in range(size)
                ]
            )
            for first in firsts
        ]

    def _batch(self, patches: Sequence[Patch]) -> Batch:
        images = torch.from_numpy(np.stack([patch.channels for patch in patches]))
        classes = torch.from_numpy(np.stack([patch.classes for patch in patches]))
        device = self.processes.device
        return Batch(
            images.to(device, memory_format=torch.channels_last),
            {"main": classes.to(device).long()},
        )

    def _patch(
        self, recipe: TrainingRecipe, sources: Sequence[PatchSource], position: tuple[int, int, int]
    ) -> Patch:
        rng = np.random.default_rng(seed_at(self.seed, *position))
        return draw_patch(rng, sources, recipe.sampling, recipe.augmentation, self._normalization)
