# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground truth sources: file and coding of the true classes of a scene.

- `codes`: a single-band raster with codes of the legend, with values that its own names or color
  table declare, or with values listed in `label_values`; 0 and all other values are unknown.
- `colors`: a raster of three bands with the colors of the legend; black is unknown.
- `polygons`: polygons with a field for the code or the name of the class; pixels outside are
  unknown.

`ground_truth` documents the rules in full.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..protocol import meanings_of
from ..raster.opening import open_raster

VECTORS = (".gpkg", ".geojson", ".json", ".shp", ".fgb")
CODINGS = ("codes", "colors", "polygons")


@dataclass(frozen=True)
class Truth:
    """Source of true classes.

    Args:
        path: path of the file; for polygons it may end in `|layername=` and a layer's name.
        coding: one of `CODINGS`.
        class_field: name of the class field of polygons; empty: inferred.
        label_values: classes of codes or polygon values that do not follow the legend, as
            VALUE=CLASS, even of a raster's nodata value; all other values are unknown. Empty:
            values follow the legend.

    Raises:
        ValueError: if the coding is not in `CODINGS`, or label values are given for colors.
    """

    path: str
    coding: str
    class_field: str = ""
    label_values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the coding."""
        if self.coding not in CODINGS:
            raise ValueError(f"A coding is one of {', '.join(CODINGS)}, not {self.coding!r}.")
        if self.coding == "colors" and self.label_values:
            raise ValueError("Colors follow the legend; label values need codes or polygons.")

    @property
    def meanings(self) -> dict[str, str]:
        """Name of the class by value, as `spelled`; empty: values follow the legend."""
        return meanings_of(self.label_values)


def truth_in(path: str, class_field: str = "", label_values: tuple[str, ...] = ()) -> Truth:
    """Return the truth in the file at `path`, with the coding inferred from its name and bands.

    A raster with label values is read as codes, from its first band.

    Raises:
        InputError: if the file is missing, or is neither a raster nor a vector file.
    """
    name = path.partition("|")[0]
    if Path(name).suffix.lower() in VECTORS and not _is_raster_table(path):
        return Truth(path, "polygons", class_field, label_values)
    with open_raster(path, "labels") as dataset:
        coding = "colors" if dataset.count >= 3 and not label_values else "codes"
    return Truth(path, coding, label_values=label_values)


def _is_raster_table(path: str) -> bool:
    return path.startswith("GPKG:")
