# SPDX-License-Identifier: GPL-2.0-or-later
"""A file of a mosaic: its grid and bands, read when the file is opened once and closed again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rasterio.errors import RasterioIOError
from rasterio.windows import Window as RasterioWindow

from ...protocol import InputError, RasterPath
from ...protocol.words import shortened
from ..bands import band_traits
from ..opening import grid_of, open_raster
from ..validity import has_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...protocol import BandTraits
    from ..dataset import RasterDataset
    from ..grid import RasterGrid

OPENED_AT_ONCE = 8  # network disks answer slowly, but to several at a time


@dataclass(frozen=True)
class Bands:
    """What the bands of all files of a mosaic must have in common.

    Args:
        traits: name, color and wavelength of each band.
        dtypes: data type of each band.
        scales: scale and offset of each band.
        units: unit of each band, or empty.
    """

    traits: tuple[BandTraits, ...]
    dtypes: tuple[str, ...]
    scales: tuple[tuple[float, float], ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """One file of a mosaic.

    Args:
        path: path of the file.
        grid: grid of the file.
        bands: bands of the file.
        nodata: nodata value of each band, as declared by the user or the file.
        has_mask: whether it has a mask besides nodata and alpha.
        block: height and width of its blocks in pixels.
    """

    path: str
    grid: RasterGrid
    bands: Bands
    nodata: tuple[float | None, ...]
    has_mask: bool
    block: tuple[int, int]


def read_members(files: Sequence[str], declared: RasterPath, what: str) -> tuple[Member, ...]:
    """Return the files of a mosaic; the first and the last block of each are read.

    Args:
        files: paths of the files.
        declared: CRS and nodata value that the user declares for all of them.
        what: name of the raster in messages.

    Raises:
        InputError: if a file cannot be opened or read.
    """
    first = _member(files[0], declared, what)  # imports and settings happen in one thread
    with ThreadPoolExecutor(OPENED_AT_ONCE) as pool:
        others = pool.map(lambda file: _member(file, declared, what), files[1:])
        return (first, *others)


def _member(file: str, declared: RasterPath, what: str) -> Member:
    with open_raster(str(replace(declared, source=file)), what) as dataset:
        grid = grid_of(dataset, what)
        _check_ends(dataset, what)
        bands = Bands(
            band_traits(dataset),
            tuple(dataset.dtypes),
            tuple(zip(dataset.scales, dataset.offsets, strict=True)),
            tuple(unit or "" for unit in dataset.units),
        )
        return Member(
            file, grid, bands, dataset.nodatavals, has_mask(dataset, 1), dataset.block_shapes[0]
        )


def _check_ends(dataset: RasterDataset, what: str) -> None:
    """Check that a file is not cut off, which its header does not show."""
    corners = ((0, 0), (dataset.width - 1, dataset.height - 1))
    try:
        for col, row in corners:
            dataset.read(1, window=RasterioWindow(col, row, 1, 1))
    except RasterioIOError as error:
        raise InputError(
            f"A file of the {what} is damaged or cut off: {shortened(dataset.name)}. Copy or "
            "export it again, or take it out of the mosaic."
        ) from error
