# SPDX-License-Identifier: GPL-2.0-or-later
"""Truth: in which file the true classes of a scene are, and how they are written there.

- `codes`: a raster of one band, with the codes of the legend, with values that its own names or
  color table explain, or with others whose meaning is given; 0 and any other code is unknown.
- `colors`: a raster of three bands, with the colors of the legend; black is unknown.
- `polygons`: polygons with a field that holds the code or the name of their class; between them
  nothing is known.

`classes` has the rules in full.
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
    """Where true classes come from.

    Args:
        path: of the file; of polygons it may end in `|layername=` and a layer's name.
        coding: one of `CODINGS`.
        class_field: of polygons; empty: find it.
        label_values: what codes or polygons mean that do not follow the legend, as VALUE=CLASS;
            other values are unknown then. What is said counts, even of a raster's nodata value.
            Empty: they follow the legend.

    Raises:
        ValueError: there is no such coding, or colors are to be explained.
    """

    path: str
    coding: str
    class_field: str = ""
    label_values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what nothing can be read by."""
        if self.coding not in CODINGS:
            raise ValueError(f"A coding is one of {', '.join(CODINGS)}, not {self.coding!r}.")
        if self.coding == "colors" and self.label_values:
            raise ValueError("Colors follow the legend; only codes and polygons can be explained.")

    @property
    def meanings(self) -> dict[str, str]:
        """The class that each value stands for, by the value as `spelled`; empty: the legend's."""
        return meanings_of(self.label_values)


def truth_in(path: str, class_field: str = "", label_values: tuple[str, ...] = ()) -> Truth:
    """Return what the file at `path` holds, told from its name and its bands.

    A raster whose values are explained holds codes, in its first band.

    Raises:
        InputError: it is missing, or no raster.
    """
    name = path.partition("|")[0]
    if Path(name).suffix.lower() in VECTORS and not _is_raster_table(path):
        return Truth(path, "polygons", class_field, label_values)
    with open_raster(path, "labels") as dataset:
        coding = "colors" if dataset.count >= 3 and not label_values else "codes"
    return Truth(path, coding, label_values=label_values)


def _is_raster_table(path: str) -> bool:
    return path.startswith("GPKG:")
