# SPDX-License-Identifier: GPL-2.0-or-later
"""PROJ's database: without it GDAL takes every coordinate reference system for a local one."""

from __future__ import annotations

import os

from rasterio.crs import CRS
from rasterio.errors import CRSError

from ..process.environment import foreign_settings
from ..protocol import InputError

WEB_MERCATOR = 3857  # any EPSG code


def refuse_without_proj_database(what: str) -> None:
    """Check that PROJ's database is available, without which no CRS can be read.

    Args:
        what: name of the raster in the message: `image`, `DSM`, ...

    Raises:
        InputError: if the database is missing or of another version; the message contains the
            environment variable that causes it.
    """
    try:
        CRS.from_epsg(WEB_MERCATOR)
    except CRSError as error:
        blamed = [name for name in foreign_settings() if name.startswith("PROJ")]
        advice = "install the engine again"
        if blamed:
            advice = f"unset {blamed[0]} (it is {os.environ[blamed[0]]}) and start again"
        raise InputError(
            f"The coordinate reference system of the {what} cannot be understood, because PROJ "
            f"finds no database that fits this engine: {advice}."
        ) from error
