# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a mosaic: of a folder, a glob pattern or a tile index, as `gdaltindex` makes it."""

from __future__ import annotations

import os
from pathlib import Path

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from ...process.gdal_options import set_gdal_options
from ...protocol import (
    INDEX_FIELD,
    INDEX_SUFFIXES,
    TILE_SUFFIXES,
    InputError,
    RasterPath,
    is_pattern,
    listed_tiles,
    tile_of_index,
)
from ...protocol.words import shortened
from ..geopackage_tables import raster_tables
from ..vector_source import vector_source

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
    listed = listed_tiles(source)
    if listed is not None:
        return _refused_empty(listed, source, what)
    return _indexed(source, what) if is_tile_index(source) else None


def is_tile_index(source: str) -> bool:
    """Return whether a path names a vector file with the paths of rasters."""
    file = Path(vector_source(source).file)
    if file.suffix.lower() not in INDEX_SUFFIXES or not os.path.isfile(file):  # noqa: PTH113
        return False
    if file.suffix.lower() == ".gpkg" and raster_tables(file):
        return False
    return INDEX_FIELD in _fields(source)


def _refused_empty(files: tuple[str, ...], source: str, what: str) -> tuple[str, ...]:
    if not files:
        where = "pattern" if is_pattern(source) else "folder"
        raise InputError(
            f"The {where} {shortened(source)} of the {what} has no rasters "
            f"({', '.join(TILE_SUFFIXES[:4])}, ...): choose the folder with the tiles, or a "
            "pattern such as tiles/*.tif."
        )
    return files


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
        columns=[INDEX_FIELD],
        read_geometry=False,
    )
    files = [tile_of_index(named.file, location) for location in locations if location]
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
