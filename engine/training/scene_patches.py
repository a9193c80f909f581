# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches of one scene, read from disk when drawn, so only its classes are kept in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..metrics import IGNORED
from .patch_sampler import PatchSampler
from .patches import Patch

if TYPE_CHECKING:
    from ..tiling.window import Window
    from .network_input import NetworkInput


class ScenePatches:
    """Source of the patches of the training window of a scene.

    Args:
        scene: network input of the scene.
        truth: classes (H, W) uint8 of the whole scene, `IGNORED` where unlabeled.
        part: training window, at least as large as a patch, with labeled pixels.
    """

    def __init__(self, scene: NetworkInput, truth: np.ndarray, part: Window) -> None:
        self._scene, self._part = scene, part
        self.classes = truth[part.slices]
        self.sampler = PatchSampler(self.classes)

    def cut(self, window: Window) -> Patch:
        """Return the patch in a window of the training window."""
        channels, valid = self._scene.read(window.shift(self._part.row, self._part.col))
        return Patch(channels, np.where(valid, self.classes[window.slices], np.uint8(IGNORED)))
