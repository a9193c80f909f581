# SPDX-License-Identifier: GPL-2.0-or-later
"""Scene to tune on: windows around labels, read once and kept."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ...tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Self

    from ...training.network_input import NetworkInput

BLOCK_PX = 256
KEPT_BYTES = 512 << 20


class ReadsWindows(Protocol):
    """Source of normalized input channels."""

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return channels (C, h, w) float32 and validity (h, w) bool of a window of the scene."""


class TuningScene:
    """Normalized input channels of a scene; safe to share between threads.

    Blocks that were read are kept, so only what lies around labels is read, and once.

    Args:
        source: source of the channels, on the grid that the model labels.
        height: number of rows of the scene.
        width: number of columns of the scene.
        kept_bytes: memory for blocks; the least recently used are read again when needed.
    """

    def __init__(
        self, source: ReadsWindows, height: int, width: int, kept_bytes: int = KEPT_BYTES
    ) -> None:
        self.height, self.width = height, width
        self._source, self._lock, self._room = source, Lock(), kept_bytes
        self._blocks: OrderedDict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = OrderedDict()

    @classmethod
    def of(cls, scene: NetworkInput) -> Self:
        """Return the tuning scene of the network input of a scene on disk."""
        grid = scene.scene.grid
        return cls(scene, grid.height, grid.width)

    def read(self, window: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return channels (C, h, w) float32 and validity (h, w) bool of a window.

        Pixels beyond the scene are invalid and 0 in all channels, as in labeling.

        Raises:
            InputError: if a block of a file cannot be read.
        """
        valid = np.zeros((window.height, window.width), bool)
        channels: np.ndarray | None = None
        for block in _blocks(window.clip(self.height, self.width)):
            values, known = self._block(block)
            part = block.clip(self.height, self.width).intersect(window)
            here, there = part.shift(-window.row, -window.col), part.shift(-block.row, -block.col)
            if channels is None:
                channels = np.zeros((len(values), *valid.shape), np.float32)
            channels[(slice(None), *here.slices)] = values[(slice(None), *there.slices)]
            valid[here.slices] = known[there.slices]
        if channels is None:
            raise ValueError(f"{window} lies outside the scene.")
        return channels, valid

    def _block(self, block: Window) -> tuple[np.ndarray, np.ndarray]:
        """Return a block of the scene, from memory if it is there."""
        key = (block.row, block.col)
        with self._lock:
            if key in self._blocks:
                self._blocks.move_to_end(key)
                return self._blocks[key]
            loaded = self._source.read(block.clip(self.height, self.width))
            self._blocks[key] = loaded
            while len(self._blocks) > 1 and self._used() > self._room:
                self._blocks.popitem(last=False)
            return loaded

    def _used(self) -> int:
        return sum(values.nbytes + known.nbytes for values, known in self._blocks.values())


def _blocks(window: Window) -> Iterator[Window]:
    """Yield the blocks of the lattice that a window touches."""
    covered = window.align(BLOCK_PX)
    for row in range(covered.row, covered.row + covered.height, BLOCK_PX):
        for col in range(covered.col, covered.col + covered.width, BLOCK_PX):
            yield Window(row, col, BLOCK_PX, BLOCK_PX)
