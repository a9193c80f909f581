# SPDX-License-Identifier: GPL-2.0-or-later
"""Virtual raster of the files of a mosaic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...protocol import VirtualBand, VirtualGrid, VirtualTile
from ...protocol import vrt_text as text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...tiling.window import Window
    from ..grid import RasterGrid
    from .member import Member


def vrt_text(
    grid: RasterGrid, members: Sequence[Member], windows: Sequence[Window], *, with_mask: bool
) -> str:
    """Return the content of the virtual raster.

    Args:
        grid: grid of the mosaic.
        members: files of the mosaic; later ones cover earlier ones.
        windows: window of each file in the mosaic.
        with_mask: whether pixels outside of all files, and those in masks of files, are masked.
    """
    of_all = members[0].bands
    bands = [
        VirtualBand(traits, dtype, scale, offset, unit)
        for traits, dtype, (scale, offset), unit in zip(
            of_all.traits, of_all.dtypes, of_all.scales, of_all.units, strict=True
        )
    ]
    tiles = [
        VirtualTile(
            member.path,
            window.row,
            window.col,
            member.grid.height,
            member.grid.width,
            tuple(member.nodata),
            member.block,
            member.has_mask,
        )
        for member, window in zip(members, windows, strict=True)
    ]
    place = tuple(grid.transform.to_gdal())
    whole = VirtualGrid(grid.crs.to_wkt(), place, grid.height, grid.width)
    return text_of(whole, bands, tiles, with_mask=with_mask)
