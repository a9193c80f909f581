# SPDX-License-Identifier: GPL-2.0-or-later
"""The lattice: pixels of another size laid over those of an image, from the same corner.

Each pixel of the image belongs to the one pixel of the lattice that holds its center, so the parts
of the image that belong to the windows of a tiling cover it once. Sizes are whole multiples of a
tiny fraction of a pixel: everything is integers, and whoever asks for a part gets what he would
get as a part of the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from .window import Window

Index = TypeVar("Index", int, np.ndarray)

UNIT = 1 << 20  # fractions in a pixel; a float64 holds any place on any image exactly
HALF = UNIT // 2


@dataclass(frozen=True)
class Lattice:
    """Pixels of another size.

    Args:
        image_height: rows of the image.
        image_width: columns of the image.
        step: edge of a pixel of the lattice, in fractions of a pixel of the image.
    """

    image_height: int
    image_width: int
    step: int

    @classmethod
    def scaled(cls, image_height: int, image_width: int, scale: float) -> Lattice:
        """Return a lattice whose pixels have `scale` pixels of the image along their edges."""
        return cls(image_height, image_width, max(1, round(scale * UNIT)))

    @property
    def scale(self) -> float:
        """Pixels of the image along the edge of one of the lattice, exact."""
        return self.step / UNIT

    @property
    def height(self) -> int:
        """Rows that cover the image."""
        return -(-self.image_height * UNIT // self.step)

    @property
    def width(self) -> int:
        """Columns that cover the image."""
        return -(-self.image_width * UNIT // self.step)

    def owned(self, window: Window) -> Window:
        """Return the pixels of the image whose centers lie in a window of the lattice.

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
        """Return the window of the lattice that holds the centers of a part of the image."""
        row, col = (first_px * UNIT + HALF for first_px in part[:2])
        bottom, right = row + (part.height - 1) * UNIT, col + (part.width - 1) * UNIT
        top, left = row // self.step, col // self.step
        return Window(top, left, bottom // self.step + 1 - top, right // self.step + 1 - left)

    def owners(self, start_px: int, length_px: int) -> np.ndarray:
        """Return (n,) int64: which row or column of the lattice owns each one of a stretch."""
        centers = np.arange(start_px, start_px + length_px, dtype=np.int64) * UNIT + HALF
        return centers // self.step

    def bounds(self, start: int, length: int) -> np.ndarray:
        """Return (n + 1,) int64: the first row or column of the image that each one owns.

        The last entry is the first that lies beyond the stretch. They are not clipped.
        """
        return _first(np.arange(start, start + length + 1, dtype=np.int64), self.step)


def _first(index: Index, step: int) -> Index:
    """Return the first pixel of the image whose center does not lie before an index starts."""
    return -((HALF - index * step) // UNIT)
