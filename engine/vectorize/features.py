# SPDX-License-Identifier: GPL-2.0-or-later
"""Features: finished polygons, placed on the map and measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from ..raster.grid import RasterGrid
    from .tracer import Traced

PERCENTILE = 95


class Features(NamedTuple):
    """Polygons of one land class and what is known about them.

    Args:
        polygons: (n,) polygons of shapely, in the CRS, outer rings counterclockwise.
        measures: (n,) float64 by name of the field, NaN where unknown.
    """

    polygons: np.ndarray
    measures: dict[str, np.ndarray]


def measure(traced: Traced, grid: RasterGrid) -> Features:
    """Return the traced polygons on the map, and their measures on the ground.

    Area and perimeter are those of the polygon as it is drawn, so they stay true when a
    simplification has changed it.
    """
    polygons = place(traced.polygons, grid)
    metres_per_unit = np.sqrt(grid.pixel_area_m2 / abs(grid.transform.determinant))
    tally = traced.tally
    return Features(
        polygons,
        {
            "area_m2": np.round(shapely.area(traced.polygons) * grid.pixel_area_m2, 4),
            "perimeter_m": np.round(shapely.length(polygons) * metres_per_unit, 3),
            "confidence": np.round(tally.mean_confidence(), 1),
            "height_mean_m": np.round(tally.mean_height_m(), 2),
            "height_p95_m": np.round(tally.percentile_height_m(PERCENTILE), 2),
        },
    )


def place(polygons: np.ndarray, grid: RasterGrid) -> np.ndarray:
    """Return polygons from pixel space, x = column and y = row, on the map."""
    a, b, c, d, e, f = grid.transform[:6]

    def on_map(xy: np.ndarray) -> np.ndarray:
        columns, rows = xy.T
        return np.column_stack((a * columns + b * rows + c, d * columns + e * rows + f))

    return shapely.orient_polygons(shapely.transform(polygons, on_map))
