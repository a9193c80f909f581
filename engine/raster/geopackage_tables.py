# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster tables of GeoPackages: names ignore case, but GDAL compares them with case."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..protocol import InputError

if TYPE_CHECKING:
    from ..protocol import RasterPath

PREFIX = "GPKG:"
TABLES = "SELECT table_name FROM gpkg_contents WHERE data_type IN ('tiles', '2d-gridded-coverage')"


def with_known_table(path: RasterPath) -> RasterPath:
    """Return a path with its raster table spelled as in the GeoPackage; other paths unchanged.

    Raises:
        InputError: if the GeoPackage has no such table.
    """
    requested = path.source[len(PREFIX) :].partition(path.file)[2].strip(':"')
    if not path.source.startswith(PREFIX) or not requested:
        return path
    tables = raster_tables(Path(path.file))
    for table in tables:
        if table.lower() == requested.lower():
            return replace(path, source=f"{PREFIX}{path.file}:{table}")
    there = f"it has {', '.join(tables)}" if tables else "it contains no raster"
    raise InputError(f"The GeoPackage {path.file} has no raster '{requested}': {there}.")


def raster_tables(file: Path) -> tuple[str, ...]:
    """Return the names of a GeoPackage's raster tables; empty if the file is no GeoPackage."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return tuple(str(name) for (name,) in database.execute(TABLES))
    except sqlite3.Error:
        return ()
