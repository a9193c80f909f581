# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a mosaic: of a folder, a glob pattern or a tile index, as `gdaltindex` makes it."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from ...process.gdal_options import set_gdal_options
from ...protocol import InputError, RasterPath
from ...protocol.words import shortened
from ..geopackage_tables import raster_tables
from ..vector_source import vector_source

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCATION = "location"  # the field of a tile index with the path of each file
SUFFIXES = (
    ".tif", ".tiff", ".jp2", ".png", ".jpg", ".jpeg", ".img", ".asc", ".hgt", ".dem",
)  # fmt: skip
INDEX_SUFFIXES = (".gpkg", ".shp", ".fgb", ".geojson")
PATTERN = "*?["
MOST_NAMED = 3


def mosaic_files(path: str, what: str) -> tuple[str, ...] | None:
    """Return the files of a mosaic, sorted by path, or None if `path` names a single raster.

    Where files overlap, the last one in this order covers the others; those of a tile index keep
    its order.

    Args:
        path: folder, pattern such as `tiles/*.tif`, or tile index, with optional declarations; see
            `RasterPath`.
        what: name of the raster in messages: `image`, `DSM`, `DTM`.

    Raises:
        InputError: if a folder has no rasters, or files of a tile index are missing.
    """
    source = RasterPath.parse(path).source
    if os.path.isdir(source):  # noqa: PTH112 (it never raises)
        return _found(Path(source).iterdir(), f"The folder {shortened(source)} of the {what}")
    if any(sign in source for sign in PATTERN) and not os.path.exists(source):  # noqa: PTH110
        matches = map(Path, glob.iglob(source, recursive=True))  # noqa: PTH207 (`Path` needs a base)
        return _found(matches, f"The pattern {shortened(source)} of the {what}")
    return _indexed(source, what) if is_tile_index(source) else None


def is_tile_index(source: str) -> bool:
    """Return whether a path names a vector file with the paths of rasters."""
    file = Path(vector_source(source).file)
    if file.suffix.lower() not in INDEX_SUFFIXES or not os.path.isfile(file):  # noqa: PTH113
        return False
    if file.suffix.lower() == ".gpkg" and raster_tables(file):
        return False
    return LOCATION in _fields(source)


def _found(paths: Iterable[Path], where: str) -> tuple[str, ...]:
    files = sorted(str(path) for path in paths if path.suffix.lower() in SUFFIXES)
    if not files:
        raise InputError(
            f"{where} has no rasters ({', '.join(SUFFIXES[:4])}, ...): choose the folder with the "
            "tiles, or a pattern such as tiles/*.tif."
        )
    return tuple(files)


def _fields(source: str) -> tuple[str, ...]:
    set_gdal_options()
    named = vector_source(source)
    try:
        return tuple(pyogrio.read_info(named.file, layer=named.layer)["fields"])
    except (DataSourceError, DataLayerError, ValueError):
        return ()


def _indexed(source: str, what: str) -> tuple[str, ...]:
    named = vector_source(source)
    _, _, _, (locations,) = pyogrio.raw.read(
        named.file,
        layer=named.layer,
        where=named.where or None,
        columns=[LOCATION],
        read_geometry=False,
    )
    folder = Path(named.file).absolute().parent
    files = [str(folder / location) for location in locations if location]
    if not files:
        raise InputError(f"The tile index {shortened(named.file)} of the {what} names no files.")
    missing = [file for file in files if not os.path.isfile(file)]  # noqa: PTH113 (never raises)
    if missing:
        shown = ", ".join(shortened(each) for each in missing[:MOST_NAMED])
        more = len(missing) - MOST_NAMED
        raise InputError(
            f"The tile index {shortened(named.file)} of the {what} names files that do not exist: "
            f"{shown}{f' and {more} more' if more > 0 else ''}. If they were moved, make the index "
            "again with gdaltindex, or choose their folder instead."
        )
    return tuple(dict.fromkeys(files))
