# SPDX-License-Identifier: GPL-2.0-or-later
"""The environment: settings of another installation that would break this one.

OSGeo4W, conda and PostGIS set `PROJ_LIB`, `GDAL_DATA` and others for themselves. The engine's
libraries bring their own data and drivers, and those of another version do not fit. The plugin
starts the engine without any of them; in a shell the engine drops them itself.
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
    """Remove the variables in `FOREIGN`; to be called before rasterio or pyogrio is imported.

    Returns:
        The names of those that were set.
    """
    dropped = foreign_settings(environment)
    for name in dropped:
        del environment[name]
    return dropped


def foreign_settings(environment: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """Return the names of the variables in `FOREIGN` that are set."""
    return tuple(name for name in FOREIGN if name in environment)
