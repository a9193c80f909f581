# SPDX-License-Identifier: GPL-2.0-or-later
"""Environment variables of other installations, which would break this one.

OSGeo4W, conda and PostGIS set `PROJ_LIB`, `GDAL_DATA` and others for themselves. The engine's
libraries include their own data and drivers, and those of another version are incompatible. The
plugin starts the engine without these variables; in a shell the engine removes them itself.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

FOREIGN = (
    "PROJ_LIB",
    "PROJ_DATA",
    "PROJ_AUX_DB",
    "GDAL_DATA",
    "GDAL_DRIVER_PATH",
    "GDAL_PYTHON_DRIVER_PATH",
)


def drop_foreign_settings(environment: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """Remove the variables in `FOREIGN`; call this before importing rasterio or pyogrio.

    Returns:
        Names of the removed variables.
    """
    dropped = foreign_settings(environment)
    for name in dropped:
        del environment[name]
    return dropped


def foreign_settings(environment: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the names of the variables in `FOREIGN` that are set."""
    return tuple(name for name in FOREIGN if name in environment)
