# SPDX-License-Identifier: GPL-2.0-or-later
"""Coverage of a mosaic: where its files are, in pixels of the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...tiling.window import Window


@dataclass(frozen=True)
class Coverage:
    """Windows of the files of a mosaic.

    Args:
        height: number of rows of the mosaic.
        width: number of columns of the mosaic.
        windows: window of each file.
    """

    height: int
    width: int
    windows: tuple[Window, ...]

    def touches(self, window: Window) -> bool:
        """Return whether any file has pixels in a window."""
        row, col, height, width = np.array(self.windows, np.int64).reshape(-1, 4).T
        return bool(
            np.any(
                (row < window.row + window.height)
                & (window.row < row + height)
                & (col < window.col + window.width)
                & (window.col < col + width)
            )
        )

    @property
    def is_complete(self) -> bool:
        """Whether every pixel of the mosaic belongs to a file.

        >>> from ...tiling.window import Window
        >>> Coverage(4, 4, (Window(0, 0, 4, 2), Window(0, 1, 4, 3))).is_complete
        True
        >>> Coverage(4, 4, (Window(0, 0, 4, 2), Window(0, 3, 4, 1))).is_complete
        False
        """
        rows = _edges([(each.row, each.row + each.height) for each in self.windows], self.height)
        cols = _edges([(each.col, each.col + each.width) for each in self.windows], self.width)
        is_covered = np.zeros((len(rows) - 1, len(cols) - 1), bool)
        for window in self.windows:
            top, bottom = np.searchsorted(rows, (window.row, window.row + window.height))
            left, right = np.searchsorted(cols, (window.col, window.col + window.width))
            is_covered[top:bottom, left:right] = True
        return bool(is_covered.all())


def _edges(ranges: Sequence[tuple[int, int]], length: int) -> np.ndarray:
    """Return the sorted edges of ranges, with the ends of the whole."""
    return np.unique([0, length, *(edge for each in ranges for edge in each)])
