# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks shared by several kinds of jobs, with messages for the user."""

from __future__ import annotations

from typing import Any, Optional, Tuple

from .fields import Extent

_FORMATS = (
    ("classes", "GeoTIFF", (".tif", ".tiff")),
    ("confidence", "GeoTIFF", (".tif", ".tiff")),
    ("polygons", "GeoPackage", (".gpkg",)),
)


def extent_problems(extent: Optional[Extent]) -> Tuple[str, ...]:
    """Return a message if a rectangle is empty."""
    if extent is None or (extent[0] < extent[2] and extent[1] < extent[3]):
        return ()
    return ("The extent is empty: xmin must be below xmax and ymin below ymax.",)


def suffix_problems(job: Any) -> Tuple[str, ...]:
    """Return a message for each output path whose suffix does not match the format."""
    return tuple(
        f"'{name}' is {path}, but the output is a {format_name}: choose a name that ends in "
        f"{' or '.join(suffixes)}."
        for name, format_name, suffixes in _FORMATS
        for path in (getattr(job, name),)
        if name in job.written and path and not path.lower().endswith(suffixes)
    )
