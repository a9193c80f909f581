# SPDX-License-Identifier: GPL-2.0-or-later
"""The tile grid: how a raster is cut so that a tiled run equals a whole-image run.

Three rules make it exact (Maggiori et al. give the second one too small):

1. Edges of cores and windows lie on multiples of the network's coarsest stride, or its pooling
   falls into another phase.
2. A window reaches beyond its core by the network's true halo.
3. A window is clipped, not padded, at the border of the raster padded once to a multiple of the
   stride, so the network's own zero padding lies where it lies in a whole-image run.

They hold for a part of a raster too, as long as the tiles keep to the lattice of the whole: then
the part is labeled as the whole would be, and neighboring parts have no seam.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tile(NamedTuple):
    """One step of a tiled run.

    Args:
        core: pixels this tile decides; the cores of a plan cover what is wanted exactly once.
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
    height: int,
    width: int,
    *,
    core_px: int,
    stride_px: int,
    halo_px: int,
    wanted: Window | None = None,
) -> Iterator[Tile]:
    """Yield the tiles of a raster, or of a part of it, row by row.

    Args:
        height: rows of the raster in pixels.
        width: columns of the raster in pixels.
        core_px: edge of a core; a multiple of `stride_px`. The first and the last core of a row
            or column may be smaller, and end where the wanted part does.
        stride_px: coarsest stride of the network.
        halo_px: how far a window reaches beyond its core; a multiple of `stride_px`.
        wanted: the part to cover, on the raster; None: all of it.

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
    wanted = wanted or Window(0, 0, height, width)
    covered = wanted.align(stride_px)
    for row in range(covered.row, wanted.row + wanted.height, core_px):
        for col in range(covered.col, wanted.col + wanted.width, core_px):
            block = Window(row, col, core_px, core_px).intersect(covered)
            yield Tile(block.intersect(wanted), block.grow(halo_px).clip(*padded))
