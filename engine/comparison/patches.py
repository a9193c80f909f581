# SPDX-License-Identifier: GPL-2.0-or-later
"""Patches read from disk as they are drawn, so memory does not depend on the scene."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..evaluation import IGNORED
from ..raster.normalize import normalize
from ..tiling.window import Window
from ..training.augment import WAYS, turn
from ..training.samples import Batch, draw_window

if TYPE_CHECKING:
    from ..protocol import Normalization
    from ..raster.reader import SceneReader


class ScenePatches:
    """Draws patches of the part of a scene that is learned from.

    Args:
        scene: open for reading.
        truth: (H, W) uint8 classes of the whole scene, `IGNORED` where unknown.
        part: the window to learn from, at its least a patch high and wide.
        normalization: of the model to be.
        band_ranges: black and white point of each band.
    """

    def __init__(
        self,
        scene: SceneReader,
        truth: np.ndarray,
        part: Window,
        normalization: Normalization,
        band_ranges: tuple[tuple[float, float], ...],
    ) -> None:
        self._scene, self._part = scene, part
        self._truth = truth[part.slices]
        self._normalization, self._band_ranges = normalization, band_ranges

    def renew(self) -> None:
        """Do nothing: the scene stays."""

    def class_shares(self, classes: int) -> np.ndarray:
        """Return the share of each class in the part, (classes,) float64."""
        counts = np.bincount(self._truth.ravel(), minlength=256)[:classes]
        return counts / max(1, counts.sum())

    def draw(self, rng: np.random.Generator, patches: int, edge_px: int) -> Batch:
        """Return patches (N, C, edge, edge) float32 and their classes (N, edge, edge) uint8."""
        drawn = [self._draw_patch(rng, edge_px) for _ in range(patches)]
        channels, classes = zip(*drawn, strict=True)
        return Batch(np.stack(channels), np.stack(classes))

    def _draw_patch(self, rng: np.random.Generator, edge_px: int) -> tuple[np.ndarray, np.ndarray]:
        rows, cols = draw_window(rng, self._truth, edge_px)
        window = Window(rows.start, cols.start, edge_px, edge_px)
        chip = self._scene.read(window.shift(self._part.row, self._part.col))
        channels = normalize(*chip, self._normalization, self._band_ranges)
        classes = np.where(chip.valid, self._truth[rows, cols], np.uint8(IGNORED))
        way = int(rng.integers(WAYS))
        return turn(channels, way), turn(classes, way)
