# SPDX-License-Identifier: GPL-2.0-or-later
"""The tile grid: how a raster is cut so that a tiled run equals a whole-image run.

Three rules make it exact (Maggiori et al. give the second one too small):

1. Edges of cores and windows lie on multiples of the network's coarsest stride, or its pooling
   falls into another phase.
2. A window reaches beyond its core by the network's true halo.
3. A window is clipped, not padded, at the border of the raster padded once to a multiple of the
   stride, so the network's own zero padding lies where it lies in a whole-image run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tile(NamedTuple):
    """One step of a tiled run.

    Args:
        core: pixels this tile decides; the cores of a plan cover the raster exactly once.
        window: pixels the network must see for that, on the padded raster.
    """

    core: Window
    window: Window


def padded_size(length_px: int, stride_px: int) -> int:
    """Return the smallest multiple of `stride_px` that is not below `length_px`.

    Example:
        >>> padded_size(100, 16)
        112
    """
    return -(-length_px // stride_px) * stride_px


def plan_tiles(
    height: int, width: int, *, core_px: int, stride_px: int, halo_px: int
) -> Iterator[Tile]:
    """Yield the tiles of a raster, row by row.

    Args:
        height: rows of the raster in pixels.
        width: columns of the raster in pixels.
        core_px: edge of a core; a multiple of `stride_px`. The last core of a row or column is
            smaller, and ends at the raster's edge.
        stride_px: coarsest stride of the network.
        halo_px: how far a window reaches beyond its core; a multiple of `stride_px`.

    Raises:
        ValueError: an empty raster, or a core or halo off the stride's grid.
    """
    if height < 1 or width < 1:
        raise ValueError(f"A raster of {height} x {width} pixels cannot be tiled.")
    if core_px < stride_px or core_px % stride_px or halo_px < 0 or halo_px % stride_px:
        raise ValueError(
            f"Core {core_px} px and halo {halo_px} px must be multiples of {stride_px} px."
        )
    padded = padded_size(height, stride_px), padded_size(width, stride_px)
    for row in range(0, height, core_px):
        for col in range(0, width, core_px):
            block = Window(row, col, core_px, core_px)
            window = block.clip(*padded).grow(halo_px).clip(*padded)
            yield Tile(block.clip(height, width), window)
