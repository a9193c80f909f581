# SPDX-License-Identifier: GPL-2.0-or-later
"""Truth: in which file the true classes of a scene are, and how they are written there.

- `codes`: a raster of one band, with the codes of the legend; 0 and any other code is unknown.
- `colors`: a raster of three bands, with the colors of the legend; black is unknown.
- `polygons`: polygons with a field that holds the code or the name of their class; between them
  nothing is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..raster.opening import open_raster

VECTORS = (".gpkg", ".geojson", ".json", ".shp", ".fgb")
CODINGS = ("codes", "colors", "polygons")


@dataclass(frozen=True)
class Truth:
    """Where true classes come from.

    Args:
        path: of the file; of polygons it may end in `|layername=` and a layer's name.
        coding: one of `CODINGS`.
        class_field: of polygons; empty: find it.
    """

    path: str
    coding: str
    class_field: str = ""


def truth_in(path: str, class_field: str = "") -> Truth:
    """Return what the file at `path` holds, told from its name and its bands.

    Raises:
        InputError: it is missing, or no raster.
    """
    name = path.partition("|")[0]
    if Path(name).suffix.lower() in VECTORS and not _is_raster_table(path):
        return Truth(path, "polygons", class_field)
    with open_raster(path, "labels") as dataset:
        return Truth(path, "colors" if dataset.count >= 3 else "codes")


def _is_raster_table(path: str) -> bool:
    return path.startswith("GPKG:")
