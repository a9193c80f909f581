# SPDX-License-Identifier: GPL-2.0-or-later
"""Tile grids for which tiled inference equals inference on the whole image.

This requires three conditions (the halo given by Maggiori et al. for the second is too small):

1. The edges of cores and windows are multiples of the network's largest stride; otherwise the phase
   of its pooling changes.
2. A window extends beyond its core by the network's exact halo.
3. A window is clipped, not padded, at the border of the raster, which is padded once to a multiple
   of the stride, so that zero padding inside the network is the same as for the whole image.

They also hold for a part of a raster if the tiles are aligned with the grid of the whole raster:
the labels are then the same as for the whole raster, without seams between adjacent parts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator


class Tile(NamedTuple):
    """Tile of a raster.

    Args:
        core: pixels labeled by this tile; cores cover the wanted part exactly once.
        window: input of the network for this core, on the padded raster.
    """

    core: Window
    window: Window


def padded_size(length_px: int, stride_px: int) -> int:
    """Return `length_px` rounded up to a multiple of `stride_px`.

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
    part: Window | None = None,
) -> Iterator[Tile]:
    """Yield the tiles of a raster, or of a part of it, row by row.

    With `part`, these are some of the tiles without it, and not others.

    Args:
        height: height of the raster in pixels.
        width: width of the raster in pixels.
        core_px: size of a core, a multiple of `stride_px`; the first and the last core of a row or
            column may be smaller, because they end at the edges of the wanted part.
        stride_px: largest stride of the network in pixels.
        halo_px: distance by which windows extend beyond their cores, a multiple of `stride_px`.
        wanted: part of the raster to cover; None for the whole raster.
        part: window whose tiles are yielded; its edges must be those of tiles, or beyond `wanted`;
            None for all tiles.

    Raises:
        ValueError: if the raster is empty, or the core or halo is not a multiple of the stride.
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
    part = wanted if part is None else part.intersect(wanted)
    for row in _starts(covered.row, part.row, part.row + part.height, core_px):
        for col in _starts(covered.col, part.col, part.col + part.width, core_px):
            block = Window(row, col, core_px, core_px).intersect(covered)
            yield Tile(block.intersect(wanted), block.grow(halo_px).clip(*padded))


def _starts(origin_px: int, first_px: int, end_px: int, core_px: int) -> range:
    """Return the starts of the cores, counted from an origin, that reach into a range."""
    return range(origin_px + (first_px - origin_px) // core_px * core_px, end_px, core_px)
