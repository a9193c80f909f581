# SPDX-License-Identifier: GPL-2.0-or-later
"""Zone areas: the ground area of each land class in each zone, and its table."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from ..outputs.destination import writing
from .class_areas import ClassAreas

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

    from ..protocol import Legend
    from ..raster.zones import Zones
    from ..tiling.window import Window

COLUMNS = ("zone", "code", "name", "pixels", "area_m2", "fraction")


class ZoneAreas:
    """Counter of pixels by zone and class, fed while they are written.

    Args:
        zones: zones on the grid of the results.
        legend: classes to count.
        pixel_area_m2: ground area of a pixel in square meters.
    """

    def __init__(self, zones: Zones, legend: Legend, pixel_area_m2: float) -> None:
        self._zones = zones
        self._areas = {name: ClassAreas(legend, pixel_area_m2) for name in zones.names}

    def feed(self, window: Window, codes: np.ndarray) -> None:
        """Add the class codes (h, w) uint8 of a window of the grid."""
        for name, part, mask in self._zones.parts(window):
            inside = codes[part.shift(-window.row, -window.col).slices]
            self._areas[name].feed(inside[mask])

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Rows of the report, one per zone: its name and the rows of its classes."""
        return [{"zone": name, "classes": areas.rows} for name, areas in self._areas.items()]


def write_zone_table(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write the areas as a table with a row for each zone and class.

    Args:
        path: path of the new file.
        rows: rows of `ZoneAreas`.

    Raises:
        OutputError: if the file cannot be written.
    """
    with writing(path), path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for row in rows:
            table.writerows({"zone": row["zone"], **of_class} for of_class in row["classes"])
