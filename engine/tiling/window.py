# SPDX-License-Identifier: GPL-2.0-or-later
"""Window: a rectangle of pixels.

Rows are counted from the top, columns from the left. A window may extend beyond its raster; `clip`
restricts it to the raster.
"""

from __future__ import annotations

from typing import NamedTuple


class Window(NamedTuple):
    """Rectangle of pixels, given by its upper left corner and its size.

    Example:
        >>> Window(0, 16, 32, 32).grow(8).clip(height=100, width=50)
        Window(row=0, col=8, height=40, width=42)
    """

    row: int
    col: int
    height: int
    width: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns as slices, for the last two axes of an array."""
        return (
            slice(self.row, self.row + self.height),
            slice(self.col, self.col + self.width),
        )

    @property
    def is_empty(self) -> bool:
        """Whether the window contains no pixel."""
        return self.height <= 0 or self.width <= 0

    def grow(self, px: int) -> Window:
        """Return the window with `px` more pixels on each of its four sides."""
        return Window(self.row - px, self.col - px, self.height + 2 * px, self.width + 2 * px)

    def align(self, px: int) -> Window:
        """Return the smallest window around this one whose edges are multiples of `px`.

        Example:
            >>> Window(5, 16, 30, 16).align(16)
            Window(row=0, col=16, height=48, width=16)
        """
        row, col = self.row // px * px, self.col // px * px
        bottom = -(-(self.row + self.height) // px) * px
        right = -(-(self.col + self.width) // px) * px
        return Window(row, col, bottom - row, right - col)

    def shift(self, rows: int, cols: int) -> Window:
        """Return the window moved down by `rows` and right by `cols`."""
        return Window(self.row + rows, self.col + cols, self.height, self.width)

    def intersect(self, other: Window) -> Window:
        """Return the intersection of both windows, of size zero if they do not overlap."""
        row, col = max(self.row, other.row), max(self.col, other.col)
        bottom = min(self.row + self.height, other.row + other.height)
        right = min(self.col + self.width, other.col + other.width)
        return Window(row, col, max(0, bottom - row), max(0, right - col))

    def clip(self, height: int, width: int) -> Window:
        """Return the part of the window within a raster of `height` x `width` pixels."""
        return self.intersect(Window(0, 0, height, width))
