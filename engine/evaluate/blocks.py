# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks of a large scene, each with a margin for metrics that depend on neighboring pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_PX = 1024  # a multiple of every factor of the resolution bounds


def blocks(height: int, width: int, reach_px: int) -> Iterator[tuple[Window, Window]]:
    """Yield blocks of a scene and their windows with a margin of `reach_px`, clipped to the scene.

    >>> next(blocks(3000, 10, 80))
    (Window(row=0, col=0, height=1024, width=10), Window(row=0, col=0, height=1104, width=10))
    """
    for row in range(0, height, BLOCK_PX):
        for col in range(0, width, BLOCK_PX):
            block = Window(row, col, BLOCK_PX, BLOCK_PX).clip(height, width)
            yield block, block.grow(reach_px).intersect(Window(0, 0, height, width))
