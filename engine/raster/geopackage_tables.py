# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster tables of GeoPackages: their names do not depend on case, though GDAL compares it."""

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
    """Return a path whose raster table is spelled as in its GeoPackage; any other path as it is.

    Raises:
        InputError: the file has no such table.
    """
    asked = path.source[len(PREFIX) :].partition(path.file)[2].strip(':"')
    if not path.source.startswith(PREFIX) or not asked:
        return path
    tables = raster_tables(Path(path.file))
    for table in tables:
        if table.lower() == asked.lower():
            return replace(path, source=f"{PREFIX}{path.file}:{table}")
    there = f"it has {', '.join(tables)}" if tables else "it holds no raster"
    raise InputError(f"The GeoPackage {path.file} has no raster '{asked}': {there}.")


def raster_tables(file: Path) -> tuple[str, ...]:
    """Return the names of the raster tables of a GeoPackage; none of what is no GeoPackage."""
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return tuple(str(name) for (name,) in database.execute(TABLES))
    except sqlite3.Error:
        return ()
