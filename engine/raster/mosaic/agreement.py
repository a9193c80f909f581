# SPDX-License-Identifier: GPL-2.0-or-later
"""Agreement of the files of a mosaic: one CRS, one lattice of pixels and the same bands.

The first file is the reference; the message names the first other one that differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...protocol import InputError
from ...protocol.words import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..grid import RasterGrid
    from .member import Bands, Member

LARGEST_DRIFT_PX = 0.1  # over the whole file, because of a pixel size that differs slightly
LARGEST_SHIFT_PX = 0.05
ADVICE = "reproject or resample it first, or take it out of the mosaic"


def check_agreement(members: Sequence[Member], what: str) -> None:
    """Check that files can be joined without resampling.

    Args:
        members: files of the mosaic.
        what: name of the raster in messages: `image`, `DSM`.

    Raises:
        InputError: if a file differs from the first one.
    """
    first, *others = members
    for member in others:
        difference = next(_differences(first, member), "")
        if difference:
            raise InputError(
                f"The files of the {what} do not fit together: {shortened(member.path)} "
                f"{difference}, unlike {shortened(first.path)}: {ADVICE}."
            )


def place_of(grid: RasterGrid, reference: RasterGrid) -> tuple[float, float]:
    """Return row and column of the upper left corner of a grid in pixels of another one."""
    col, row = ~reference.transform @ (grid.transform.c, grid.transform.f)
    return float(row), float(col)


def _differences(first: Member, other: Member) -> Iterator[str]:
    """Yield how a file differs, as the rest of a sentence about it."""
    if other.grid.crs != first.grid.crs:
        yield f"has the CRS {other.grid.crs.to_string()[:40]}"
    if not _has_same_pixels(first.grid, other.grid):
        yield f"has pixels of {_pixel(other.grid)} instead of {_pixel(first.grid)}"
    place = place_of(other.grid, first.grid)
    shift_px = max(abs(each - round(each)) for each in place)
    if shift_px > LARGEST_SHIFT_PX:
        yield f"is shifted by {shift_px:.2f} pixels against the lattice of the others"
    yield from _band_differences(first.bands, other.bands)


def _band_differences(first: Bands, other: Bands) -> Iterator[str]:
    if len(other.dtypes) != len(first.dtypes):
        yield f"has {len(other.dtypes)} bands instead of {len(first.dtypes)}"
        return
    if other.dtypes != first.dtypes:
        yield f"has values of type {other.dtypes[0]} instead of {first.dtypes[0]}"
    if other.scales != first.scales or other.units != first.units:
        yield "has another scale, offset or unit"
    names = [_names(bands) for bands in (first, other)]
    if any(own and given and own != given for own, given in zip(*names, strict=True)):
        shown = [", ".join(each or "?" for each in some) for some in names]
        yield f"has its bands in another order ({shown[1]} instead of {shown[0]})"


def _names(bands: Bands) -> list[str]:
    """Return the name of each band in lower case, else its color; empty without both."""
    return [
        each.description.lower()
        or ("" if each.interpretation in ("undefined", "gray") else each.interpretation)
        for each in bands.traits
    ]


def _has_same_pixels(first: RasterGrid, other: RasterGrid) -> bool:
    length_px = max(other.height, other.width)
    edge = abs(first.transform.determinant) ** 0.5
    pairs = zip(first.transform[:6], other.transform[:6], strict=True)
    drifts = [
        abs(a - b) * length_px / edge for number, (a, b) in enumerate(pairs) if number % 3 < 2
    ]
    return max(drifts) <= LARGEST_DRIFT_PX


def _pixel(grid: RasterGrid) -> str:
    return f"{abs(grid.transform.determinant) ** 0.5:g} units"
