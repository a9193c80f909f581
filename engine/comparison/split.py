# SPDX-License-Identifier: GPL-2.0-or-later
"""The split: the left of a scene to learn from, the right to be scored on.

One straight cut. Scattered test patches would lie amid training patches that show the same roofs
and trees, and every network would look better than it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..tiling.window import Window

if TYPE_CHECKING:
    from ..protocol import Extent
    from ..raster.grid import RasterGrid


class Split(NamedTuple):
    """Both parts of a scene, windows of its grid."""

    training: Window
    test: Window


def split_columns(height: int, width: int, test_fraction: float) -> Split:
    """Return the parts of a scene; both have at least one column.

    >>> split_columns(4, 10, 0.3).test
    Window(row=0, col=7, height=4, width=3)
    """
    cut = min(max(1, round(width * (1 - test_fraction))), width - 1)
    return Split(Window(0, 0, height, cut), Window(0, cut, height, width - cut))


def extent_of(grid: RasterGrid, window: Window) -> Extent:
    """Return the bounds of a window in the grid's CRS; more than the window on a rotated grid."""
    part = grid.sub(window)
    corners = [part.transform @ (col, row) for col in (0, part.width) for row in (0, part.height)]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
