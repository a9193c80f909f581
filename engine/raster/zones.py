# SPDX-License-Identifier: GPL-2.0-or-later
"""Zones: polygons, such as municipalities, for which results are summed up.

A pixel belongs to a zone if its center does, and to several where zones overlap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from affine import Affine
from rasterio.features import rasterize

from ..protocol import InputError, listed
from ..tiling.window import Window
from .area import in_pixels
from .polygons_file import read_polygons

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .grid import RasterGrid


class Zones:
    """Zones on a grid.

    Args:
        path: path of a vector file with polygons in any CRS.
        field: field with the name of each zone; features with the same name are one zone. Empty:
            each feature is a zone, named by its number.
        grid: grid of the results.

    Raises:
        InputError: if the file cannot be used, or has no such field.
    """

    def __init__(self, path: str, field: str, grid: RasterGrid) -> None:
        """Read the polygons."""

        def named(layer: str, fields: Sequence[str]) -> str:
            if field not in fields:
                raise InputError(
                    f"The layer '{layer}' of the zones {path} has no field '{field}': choose "
                    f"{listed(fields, 'or') or 'a file with fields'}."
                )
            return field

        found = read_polygons(path, "zones", grid, named if field else None)
        self._polygons = in_pixels(found.shapes, grid)
        self._tree = shapely.STRtree(self._polygons)
        every = [str(value) for value in found.everywhere] if field else map(str, found.fids)
        names = list(every)
        self._name_of = [names[owner] for owner in found.owners]
        self.names = tuple(dict.fromkeys(names))
        self.remarks = found.remarks

    def parts(self, window: Window) -> Iterator[tuple[str, Window, np.ndarray]]:
        """Yield the polygons that reach into a window.

        Args:
            window: window of the grid.

        Yields:
            Name of the zone, the part of the window around the polygon, and a mask (h, w) bool of
            the pixels of that part that belong to the polygon.
        """
        top, left = window.row, window.col
        rectangle = shapely.box(left, top, left + window.width, top + window.height)
        for index in sorted(self._tree.query(rectangle, predicate="intersects")):
            polygon = self._polygons[index]
            part = _around(polygon).intersect(window)
            if part.is_empty:
                continue
            place = Affine.translation(part.col, part.row)
            mask = rasterize([polygon], (part.height, part.width), transform=place, dtype=np.uint8)
            yield self._name_of[index], part, mask.astype(bool)


def _around(polygon: shapely.Geometry) -> Window:
    """Return the smallest window around a polygon."""
    west, north, east, south = shapely.bounds(polygon)
    row, col = int(np.floor(north)), int(np.floor(west))
    return Window(row, col, int(np.ceil(south)) - row, int(np.ceil(east)) - col)
