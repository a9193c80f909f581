# SPDX-License-Identifier: GPL-2.0-or-later
"""Paths of many rasters that are one scene: a folder, a pattern, or a tile index."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import Iterable, Optional, Tuple

TILE_SUFFIXES = (
    ".tif", ".tiff", ".jp2", ".png", ".jpg", ".jpeg", ".img", ".asc", ".hgt", ".dem",
)  # fmt: skip
INDEX_SUFFIXES = (".gpkg", ".shp", ".fgb", ".geojson")
INDEX_FIELD = "location"  # with the path of each file, as `gdaltindex` makes it
PATTERN_SIGNS = "*?["


def listed_tiles(source: str) -> Optional[Tuple[str, ...]]:
    """Return the rasters of a folder or pattern, sorted; None if `source` is another path.

    >>> listed_tiles("image.tif") is None
    True
    """
    if os.path.isdir(source):  # noqa: PTH112 (it never raises)
        return _rasters(str(path) for path in Path(source).iterdir())
    if is_pattern(source):
        return _rasters(glob.iglob(source, recursive=True))  # noqa: PTH207 (`Path` needs a base)
    return None


def is_pattern(source: str) -> bool:
    """Return whether a path is a pattern such as `tiles/*.tif`, and no file of this name."""
    return any(sign in source for sign in PATTERN_SIGNS) and not os.path.exists(source)  # noqa: PTH110


def tile_of_index(index: str, location: str) -> str:
    """Return the path of a file that a tile index names, relative to the index."""
    return str(Path(index).absolute().parent / location)


def _rasters(paths: Iterable[str]) -> Tuple[str, ...]:
    return tuple(sorted(path for path in paths if Path(path).suffix.lower() in TILE_SUFFIXES))
