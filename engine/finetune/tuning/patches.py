# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches of a step of fine-tuning: around labels, anywhere near them, and from generated scenes.

A patch around labels is centered near a random pixel of a polygon; first its class is drawn, then
the polygon, both uniformly. Of a larger polygon, a random part of `FULL_WEIGHT_PX` pixels enters
the loss, so that no polygon outweighs the others of its class by its area.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np
import torch

from ...metrics import IGNORED
from ...tiling.window import Window
from ...training.augment import augment
from ...training.batches import Batches
from ...training.patches import Patch
from ...training.seeds import seed_at
from .cells import chosen_cells

One = TypeVar("One")

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...protocol import Normalization, TrainingRecipe
    from ...protocol.catalog.recipes import FinetuneRecipe
    from ...training.processes import Processes
    from ...training.steps import Batch
    from ...training.view_pool import ViewPatches
    from ..labels.label_polygon import LabelPolygon
    from .scene import TuningScene

FULL_WEIGHT_PX = 400
REACH_PX = 512  # distance from a label within which patches without labels are drawn
REPLAY = "replay"  # name of the labels of generated scenes among those of a batch


class TuningBatches(Batches):
    """Draws the patches of any step of a tuning.

    The patches of a batch around or near labels come first, those of generated scenes last; the
    labels of the latter are apart, under `REPLAY`.

    Args:
        recipe: recipe of the tuning.
        scenes: scenes of the job.
        polygons: polygons to learn, at least one.
        normalization: normalization of the model.
        seed: random seed of the tuning.
        processes: process that computes.
        replay: generated scenes, at least one if the recipe replays them; `Tuning` replays nothing
            without them.
        cells: number of cells of a patch to score; 0: all pixels.
    """

    def __init__(
        self,
        recipe: FinetuneRecipe,
        scenes: Sequence[TuningScene],
        polygons: Sequence[LabelPolygon],
        normalization: Normalization,
        seed: int,
        processes: Processes,
        replay: Sequence[ViewPatches] = (),
        cells: int = 0,
    ) -> None:
        super().__init__(lambda _step: (), normalization, seed, processes)
        self._recipe, self._scenes, self._replay = recipe, scenes, replay
        self._polygons, self._cells = tuple(polygons), cells
        drawn = sorted({polygon.class_index for polygon in self._polygons})
        self._of_class = [[p for p in self._polygons if p.class_index == one] for one in drawn]

    def at(self, recipe: TrainingRecipe, stage: int, step: int) -> list[Batch]:
        """Return the batch of a step."""
        mine, free = self._recipe.label_patches, self._recipe.free_patches
        patches, cells = [], []
        for number in range(recipe.sampling.batch):
            rng = np.random.default_rng(seed_at(self.seed, stage, step, number))
            edge_px = (recipe.sampling.patch_px or (0, 0))[0]
            if number < mine:
                patch = self._around_label(rng, edge_px)
            elif number < mine + free:
                patch = self._near_labels(rng, edge_px)
            else:
                patch = self._from_replay(rng, edge_px)
            changed = augment(rng, *patch, recipe.augmentation, self._normalization)
            patches.append(Patch(*changed))
            if self._cells:
                cells.append(self._cells_of(rng, patches[-1], is_own=number < mine + free))
        batch = self._parted(self._batch(patches), mine + free)
        if cells:
            at = torch.from_numpy(np.stack(cells)).to(batch.images.device)
            batch = batch._replace(cells=at)
        return [batch]

    def _cells_of(self, rng: np.random.Generator, patch: Patch, *, is_own: bool) -> np.ndarray:
        """Return the cells of a patch to score; those of a replayed one are spread evenly."""
        known = patch.classes if is_own else np.full_like(patch.classes, IGNORED)
        return chosen_cells(rng, known, np.asarray(patch.channels.any(axis=0)), self._cells)

    def _parted(self, batch: Batch, own: int) -> Batch:
        """Return the batch with the labels of its replayed patches apart."""
        main = batch.truths["main"]
        if own == len(main):
            return batch
        is_own = torch.arange(len(main), device=main.device)[:, None, None] < own
        truths = {
            "main": main.masked_fill(~is_own, IGNORED),
            REPLAY: main.masked_fill(is_own, IGNORED),
        }
        return batch._replace(truths=truths)

    def _around_label(self, rng: np.random.Generator, edge_px: int) -> Patch:
        polygon = _one_of(rng, _one_of(rng, self._of_class))
        rows, cols = np.nonzero(polygon.mask)
        pixel = int(rng.integers(len(rows)))
        center = polygon.window.row + rows[pixel], polygon.window.col + cols[pixel]
        # Labels at any place of the patch, not only in its middle.
        off = rng.integers(-edge_px // 4, edge_px // 4 + 1, 2)
        return self._cut(rng, polygon.scene, center[0] + off[0], center[1] + off[1], edge_px)

    def _near_labels(self, rng: np.random.Generator, edge_px: int) -> Patch:
        polygon = _one_of(rng, self._polygons)
        scene = self._scenes[polygon.scene]
        window = polygon.window
        middle = window.row + window.height // 2, window.col + window.width // 2
        row, col = (
            _within(rng, at, edge_px, length)
            for at, length in zip(middle, (scene.height, scene.width), strict=True)
        )
        return self._cut(rng, polygon.scene, row, col, edge_px)

    def _from_replay(self, rng: np.random.Generator, edge_px: int) -> Patch:
        source = _one_of(rng, self._replay)
        return source.cut(source.sampler.draw(rng, edge_px, edge_px, balanced_share=0.5))

    def _cut(self, rng: np.random.Generator, scene: int, row: int, col: int, edge_px: int) -> Patch:
        """Return the patch around a pixel, within the scene as far as it is large enough."""
        held = self._scenes[scene]
        top, left = (
            min(max(0, int(at) - edge_px // 2), max(0, length - edge_px))
            for at, length in ((row, held.height), (col, held.width))
        )
        window = Window(top, left, edge_px, edge_px)
        channels, valid = held.read(window)
        classes = np.full(valid.shape, IGNORED, np.uint8)
        for polygon in self._polygons:
            if polygon.scene == scene:
                _burn(rng, polygon, window, classes)
        classes[~valid] = IGNORED
        return Patch(channels, classes)


def _burn(
    rng: np.random.Generator, polygon: LabelPolygon, window: Window, classes: np.ndarray
) -> None:
    """Write the class of a polygon into the classes (h, w) of a window."""
    part = polygon.window.intersect(window)
    if part.is_empty:
        return
    mask = polygon.mask[part.shift(-polygon.window.row, -polygon.window.col).slices]
    if polygon.pixels > FULL_WEIGHT_PX:
        mask = mask & (rng.random(mask.shape) < FULL_WEIGHT_PX / polygon.pixels)
    classes[part.shift(-window.row, -window.col).slices][mask] = polygon.class_index


def _within(rng: np.random.Generator, middle: int, edge_px: int, length: int) -> int:
    """Return a random center of a patch in reach of a label and, if possible, in the scene."""
    low, high = edge_px // 2, max(edge_px // 2, length - edge_px // 2)
    low, high = (min(max(at, low), high) for at in (middle - REACH_PX, middle + REACH_PX))
    return int(rng.integers(low, high + 1))


def _one_of(rng: np.random.Generator, several: Sequence[One]) -> One:
    return several[int(rng.integers(len(several)))]
