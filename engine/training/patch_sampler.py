# SPDX-License-Identifier: GPL-2.0-or-later
"""Patch sampler: random windows of a scene, uniform or balanced by class.

A balanced window is centered on a pixel of a class drawn uniformly from the classes of the scene,
so cars are sampled as often as roofs. Every window has labeled pixels. The blocks of each class are
indexed once, so drawing takes the same time on scenes of any size.
"""

from __future__ import annotations

import numpy as np

from ..metrics import IGNORED
from ..tiling.window import Window

BLOCK_PX = 16
STRIP_PX = 64 * BLOCK_PX
MAX_TRIES = 10


class PatchSampler:
    """Draws windows of a scene.

    Args:
        classes: classes (H, W) uint8, `IGNORED` where unlabeled; at least one pixel is labeled.
    """

    def __init__(self, classes: np.ndarray) -> None:
        self._classes = classes
        blocks_of: dict[int, list[np.ndarray]] = {}
        for top in range(0, classes.shape[0], STRIP_PX):
            for known, blocks in _blocks(classes[top : top + STRIP_PX]):
                blocks_of.setdefault(known, []).append(blocks + np.array([top // BLOCK_PX, 0]))
        self._blocks = {known: np.concatenate(blocks_of[known]) for known in sorted(blocks_of)}

    def draw(
        self, rng: np.random.Generator, height: int, width: int, balanced_share: float
    ) -> Window:
        """Return a window with labeled pixels.

        Args:
            rng: random generator.
            height: height of the window in pixels, at most that of the scene.
            width: width of the window in pixels, at most that of the scene.
            balanced_share: probability that the window is centered on a pixel of a class drawn
                uniformly.
        """
        scene_height, scene_width = self._classes.shape
        last_row, last_col = scene_height - height, scene_width - width
        if rng.random() >= balanced_share:
            for _ in range(MAX_TRIES):
                row, col = rng.integers(0, (last_row + 1, last_col + 1))
                window = Window(int(row), int(col), height, width)
                if (self._classes[window.slices] != IGNORED).any():
                    return window
        row, col = self._pixel(rng)
        return Window(
            min(max(0, row - height // 2), last_row),
            min(max(0, col - width // 2), last_col),
            height,
            width,
        )

    def _pixel(self, rng: np.random.Generator) -> tuple[int, int]:
        """Return row and column of a pixel, drawn by class, then by block, both uniformly."""
        known = list(self._blocks)[rng.integers(len(self._blocks))]
        row, col = self._blocks[known][rng.integers(len(self._blocks[known]))] * BLOCK_PX
        block = self._classes[row : row + BLOCK_PX, col : col + BLOCK_PX]
        pixels = np.argwhere(block == known)
        in_row, in_col = pixels[rng.integers(len(pixels))]
        return int(row + in_row), int(col + in_col)


def _blocks(strip: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Return, for each class of a strip (h, w), row and column (n, 2) of the blocks with it."""
    height, width = strip.shape
    padding = ((0, -height % BLOCK_PX), (0, -width % BLOCK_PX))
    padded = np.pad(strip, padding, constant_values=IGNORED)
    rows, cols = (length // BLOCK_PX for length in padded.shape)
    tiles = padded.reshape(rows, BLOCK_PX, cols, BLOCK_PX)
    return [
        (int(known), np.argwhere((tiles == known).any(axis=(1, 3))))
        for known in np.unique(strip)
        if known != IGNORED
    ]
