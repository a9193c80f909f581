# SPDX-License-Identifier: GPL-2.0-or-later
"""Places: where each class lies, found once, so that a patch is drawn as fast on any scene.

A patch lies anywhere, or around a pixel of a class that is drawn evenly from those that are there,
so that cars are seen as often as roofs. A patch that knows nothing teaches nothing: where labels
are sparse, one is drawn that does.
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
        classes: (H, W) uint8, `IGNORED` where unknown, but not everywhere.
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
        """Return a window that knows something.

        Args:
            rng: draws.
            height: of the window in pixels, at most that of the scene.
            width: the same.
            balanced_share: how often it lies around a pixel of an evenly drawn class.
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
        """Return row and column of a pixel of a class, drawn evenly by class, then by block."""
        known = list(self._blocks)[rng.integers(len(self._blocks))]
        row, col = self._blocks[known][rng.integers(len(self._blocks[known]))] * BLOCK_PX
        block = self._classes[row : row + BLOCK_PX, col : col + BLOCK_PX]
        pixels = np.argwhere(block == known)
        in_row, in_col = pixels[rng.integers(len(pixels))]
        return int(row + in_row), int(col + in_col)


def _blocks(strip: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Return row and column (n, 2) of the blocks of a strip (h, w) that hold each class."""
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
