# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches of one scene, read from disk when drawn, so only its classes are kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..metrics import IGNORED, count_classes
from .augment import WAYS, turn
from .places import PatchSampler
from .samples import BALANCED_SHARE, Batch

if TYPE_CHECKING:
    from ..tiling.window import Window
    from .network_input import NetworkInput


class ScenePatches:
    """Draws patches of the training window of a scene.

    Args:
        scene: network input of the scene.
        truth: classes (H, W) uint8 of the whole scene, `IGNORED` where unlabeled.
        part: training window, at least as large as a patch, with labeled pixels.
    """

    def __init__(self, scene: NetworkInput, truth: np.ndarray, part: Window) -> None:
        self._scene, self._part = scene, part
        self.classes = truth[part.slices]
        self.sampler = PatchSampler(self.classes)

    def renew(self) -> None:
        """Do nothing: all patches come from the same scene."""

    def class_shares(self, classes: int) -> np.ndarray:
        """Return the share of each class in the training window, (classes,) float64."""
        counts = count_classes(self.classes, classes)
        return counts / max(1, counts.sum())

    def draw(self, rng: np.random.Generator, patches: int, edge_px: int) -> Batch:
        """Return patches (N, C, edge, edge) float32 and their classes (N, edge, edge) uint8."""
        drawn = [self._draw_patch(rng, edge_px) for _ in range(patches)]
        channels, classes = zip(*drawn, strict=True)
        return Batch(np.stack(channels), np.stack(classes))

    def cut(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return channels (C, h, w) and classes (h, w) of a window of the training window."""
        channels, valid = self._scene.read(window.shift(self._part.row, self._part.col))
        return channels, np.where(valid, self.classes[window.slices], np.uint8(IGNORED))

    def _draw_patch(self, rng: np.random.Generator, edge_px: int) -> tuple[np.ndarray, np.ndarray]:
        window = self.sampler.draw(rng, edge_px, edge_px, BALANCED_SHARE)
        channels, classes = self.cut(window)
        way = int(rng.integers(WAYS))
        return turn(channels, way), turn(classes, way)
