# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks: a large scene counted piece by piece, each seeing as far around itself as it must."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK_PX = 1024  # a multiple of every factor of the resolution bounds


def blocks(height: int, width: int, reach_px: int) -> Iterator[tuple[Window, Window]]:
    """Yield blocks of a scene, each with the window around it, both clipped at the scene's edge.

    >>> next(blocks(3000, 10, 80))
    (Window(row=0, col=0, height=1024, width=10), Window(row=0, col=0, height=1104, width=10))
    """
    for row in range(0, height, BLOCK_PX):
        for col in range(0, width, BLOCK_PX):
            block = Window(row, col, BLOCK_PX, BLOCK_PX).clip(height, width)
            yield block, block.grow(reach_px).intersect(Window(0, 0, height, width))
