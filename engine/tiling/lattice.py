# SPDX-License-Identifier: GPL-2.0-or-later
"""Lattice: pixels of another size over an image, with the same upper left corner.

Each pixel of the image belongs to exactly one pixel of the lattice, the one that contains its
center, so the parts of the image that belong to the windows of a tiling cover it exactly once.
Sizes are integer multiples of a small fraction of a pixel: all computations use integers, so the
result for a part equals that part of the result for the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from .window import Window

Index = TypeVar("Index", int, np.ndarray)

UNIT = 1 << 20  # fractions per pixel; a float64 represents any position on any image exactly
HALF = UNIT // 2


@dataclass(frozen=True)
class Lattice:
    """Pixels of another size that cover an image.

    Args:
        image_height: height of the image in pixels.
        image_width: width of the image in pixels.
        step: size of a lattice pixel in fractions (1 / `UNIT`) of an image pixel.
    """

    image_height: int
    image_width: int
    step: int

    @classmethod
    def scaled(cls, image_height: int, image_width: int, scale: float) -> Lattice:
        """Return a lattice whose pixels have the size of `scale` image pixels."""
        return cls(image_height, image_width, max(1, round(scale * UNIT)))

    @property
    def scale(self) -> float:
        """Exact size of a lattice pixel in image pixels."""
        return self.step / UNIT

    @property
    def height(self) -> int:
        """Number of lattice rows that cover the image."""
        return -(-self.image_height * UNIT // self.step)

    @property
    def width(self) -> int:
        """Number of lattice columns that cover the image."""
        return -(-self.image_width * UNIT // self.step)

    def owned(self, window: Window) -> Window:
        """Return the window of the image whose pixel centers lie in a window of the lattice.

        Example:
            >>> Lattice.scaled(10, 10, 1.5).owned(Window(0, 1, 2, 1))
            Window(row=0, col=1, height=3, width=2)
        """
        row, col = _first(window.row, self.step), _first(window.col, self.step)
        bottom = _first(window.row + window.height, self.step)
        right = _first(window.col + window.width, self.step)
        part = Window(row, col, bottom - row, right - col)
        return part.clip(self.image_height, self.image_width)

    def holding(self, part: Window) -> Window:
        """Return the lattice window that contains the pixel centers of a part of the image."""
        row, col = (first_px * UNIT + HALF for first_px in part[:2])
        bottom, right = row + (part.height - 1) * UNIT, col + (part.width - 1) * UNIT
        top, left = row // self.step, col // self.step
        return Window(top, left, bottom // self.step + 1 - top, right // self.step + 1 - left)

    def owners(self, start_px: int, length_px: int) -> np.ndarray:
        """Return the lattice row or column of each image row or column in a range, (n,) int64."""
        centers = np.arange(start_px, start_px + length_px, dtype=np.int64) * UNIT + HALF
        return centers // self.step

    def bounds(self, start: int, length: int) -> np.ndarray:
        """Return the first image row or column of each lattice row or column, (n + 1,) int64.

        The last entry is the first one beyond the range. Values are not clipped to the image.
        """
        return _first(np.arange(start, start + length + 1, dtype=np.int64), self.step)


def _first(index: Index, step: int) -> Index:
    """Return the first image pixel whose center is at or after the start of a lattice index."""
    return -((HALF - index * step) // UNIT)
