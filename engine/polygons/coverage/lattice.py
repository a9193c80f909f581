# SPDX-License-Identifier: GPL-2.0-or-later
"""The lattice: absolute lines on which no corner of a border is dropped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PinLattice:
    """Horizontal and vertical lines at fixed distances.

    Args:
        size_px: distance of two neighboring lines in pixels.
        line: line of the lattice's coordinates on which the raster's first row begins.
        column: column of the lattice's coordinates on which the raster's first column begins.

    Raises:
        ValueError: if the distance is below one pixel.
    """

    size_px: int = 256
    line: int = 0
    column: int = 0

    def __post_init__(self) -> None:
        """Check the distance."""
        if self.size_px < 1:
            raise ValueError(f"Lines of a lattice cannot be {self.size_px} px apart")

    def rows_until_line(self, row: int) -> int:
        """Return the number of rows from `row` of the raster to the next line, at least 1.

        >>> PinLattice(256, line=200).rows_until_line(0)
        56
        """
        return self.size_px - (self.line + row) % self.size_px

    def is_column(self, width: int) -> np.ndarray:
        """Return which columns of corners are lines or edges of the raster, (width + 1,) bool."""
        return _are_lines(self.column, width, self.size_px)

    def is_line(self, height: int) -> np.ndarray:
        """Return which lines of corners are lines or edges of the raster, (height + 1,) bool."""
        return _are_lines(self.line, height, self.size_px)


def _are_lines(first: int, count: int, size: int) -> np.ndarray:
    found = (first + np.arange(count + 1)) % size == 0
    found[[0, -1]] = True
    return found
