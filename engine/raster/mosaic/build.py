# SPDX-License-Identifier: GPL-2.0-or-later
"""Building a mosaic: from the path of a folder, pattern or tile index to a virtual raster."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from affine import Affine

from ...outputs.destination import writing
from ...protocol import InputError, RasterPath
from ...tiling.window import Window
from ..grid import RasterGrid
from .agreement import check_agreement, place_of
from .coverage import Coverage
from .member import read_members
from .paths import mosaic_files
from .vrt import vrt_text

if TYPE_CHECKING:
    from .member import Member


@dataclass(frozen=True)
class Mosaic:
    """A virtual raster of many files.

    Args:
        path: path of the virtual raster, with the user's declarations.
        files: paths of the files.
        coverage: where they are.
    """

    path: str
    files: tuple[str, ...]
    coverage: Coverage

    def describe(self) -> dict[str, Any]:
        """Return the number and size of the files, and a hash of their names, sizes and dates."""
        digest, size = hashlib.sha256(), 0
        for file in self.files:
            stat = Path(file).stat()
            size += stat.st_size
            digest.update(f"{Path(file).name}\n{stat.st_size}\n{stat.st_mtime_ns}\n".encode())
        return {"files": len(self.files), "bytes": size, "listing_sha256": digest.hexdigest()}


def build_mosaic(path: str, what: str, folder: Path) -> Mosaic | None:
    """Write the virtual raster of a mosaic, or return None if `path` names a single raster.

    Args:
        path: path of an input; see `mosaic_files`.
        what: name of the raster in messages: `image`, `DSM`, `DTM`.
        folder: existing folder for the virtual raster.

    Raises:
        InputError: if a file is missing or damaged, or does not fit the others.
        OutputError: if the virtual raster cannot be written.
    """
    files = mosaic_files(path, what)
    if files is None:
        return None
    declared = RasterPath.parse(path)
    members = read_members(files, declared, what)
    check_agreement(members, what)
    grid, windows = _whole(members)
    coverage = Coverage(grid.height, grid.width, windows)
    with_mask = any(member.has_mask for member in members) or not coverage.is_complete
    target = folder / f"{what.lower()}.vrt"
    with writing(target):
        target.write_text(vrt_text(grid, members, windows, with_mask=with_mask), encoding="utf-8")
    return Mosaic(str(replace(declared, source=str(target))), files, coverage)


def _whole(members: tuple[Member, ...]) -> tuple[RasterGrid, tuple[Window, ...]]:
    """Return the grid of a mosaic and the window of each file in it."""
    first = members[0].grid
    places = [tuple(map(round, place_of(member.grid, first))) for member in members]
    top, left = (min(each) for each in zip(*places, strict=True))
    windows = tuple(
        Window(row - top, col - left, member.grid.height, member.grid.width)
        for (row, col), member in zip(places, members, strict=True)
    )
    moved = first.transform @ Affine.translation(left, top)
    height = max(each.row + each.height for each in windows)
    width = max(each.col + each.width for each in windows)
    if max(height, width) > MOST_PX:
        raise InputError(
            f"The files lie {max(height, width):,} pixels apart: check that all of them belong to "
            "the mosaic, and that none is misplaced."
        )
    return RasterGrid(first.crs, moved, height, width), windows


MOST_PX = 2**31 - 1  # GDAL's limit
