# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks of a GeoTIFF that must be in the file, as GDAL does not report failed deferred writes."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import rasterio

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from ..tiling.window import Window


class WrittenBlocks:
    """Blocks that have values other than nodata, fed while they are written.

    Args:
        block_px: edge of a block.
    """

    def __init__(self, block_px: int) -> None:
        self._block_px = block_px
        self._blocks: set[tuple[int, int]] = set()

    def feed(self, window: Window, has_value: np.ndarray) -> None:
        """Add the blocks of a window with values, given as a mask (h, w) bool or as numbers."""
        for row, col in product(*(self._within(stretch) for stretch in window.slices)):
            rows, cols = self._overlap(row, window.row), self._overlap(col, window.col)
            if has_value[rows, cols].any():
                self._blocks.add((row, col))

    def check(self, path: Path) -> None:
        """Check that all blocks are in a closed file.

        Raises:
            OSError: if a block is missing.
        """
        size = path.stat().st_size
        with rasterio.open(path) as dataset:
            for row, col in self._blocks:
                offset, length = (
                    dataset.get_tag_item(f"BLOCK_{what}_{col}_{row}", dm="TIFF", bidx=1)
                    for what in ("OFFSET", "SIZE")
                )
                if offset is None or int(offset) + int(length) > size:
                    raise OSError("blocks are missing from the file")

    def _within(self, stretch: slice) -> range:
        """Return the block indices of a range of rows or columns."""
        return range(stretch.start // self._block_px, -(-stretch.stop // self._block_px))

    def _overlap(self, block: int, start_px: int) -> slice:
        """Return the part of a window starting at `start_px` that lies in a block."""
        first = block * self._block_px - start_px
        return slice(max(0, first), first + self._block_px)
