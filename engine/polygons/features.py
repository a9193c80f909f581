# SPDX-License-Identifier: GPL-2.0-or-later
"""Features: georeferenced polygons and their measures."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from ..raster.grid import RasterGrid
    from .tracer import Traced

PERCENTILE = 95


class Features(NamedTuple):
    """Polygons of one land class with their measures.

    Args:
        polygons: shapely polygons in the CRS, outer rings counterclockwise, (n,).
        measures: values by field name, (n,) float64 each, NaN where unknown.
    """

    polygons: np.ndarray
    measures: dict[str, np.ndarray]


def measure(traced: Traced, grid: RasterGrid) -> Features:
    """Return the traced polygons in the CRS with their measures on the ground.

    Area and perimeter are computed from the output geometry, so they remain correct if it is
    simplified.
    """
    polygons = place(traced.polygons, grid)
    meters_per_unit = np.sqrt(grid.pixel_area_m2 / abs(grid.transform.determinant))
    tally = traced.tally
    return Features(
        polygons,
        {
            "area_m2": np.round(shapely.area(traced.polygons) * grid.pixel_area_m2, 4),
            "perimeter_m": np.round(shapely.length(polygons) * meters_per_unit, 3),
            "confidence": np.round(tally.mean_confidence(), 1),
            "height_mean_m": np.round(tally.mean_height_m(), 2),
            "height_p95_m": np.round(tally.percentile_height_m(PERCENTILE), 2),
        },
    )


def place(polygons: np.ndarray, grid: RasterGrid) -> np.ndarray:
    """Return polygons transformed from pixel space, x = column and y = row, to the CRS."""
    a, b, c, d, e, f = grid.transform[:6]

    def to_crs(xy: np.ndarray) -> np.ndarray:
        columns, rows = xy.T
        return np.column_stack((a * columns + b * rows + c, d * columns + e * rows + f))

    return shapely.orient_polygons(shapely.transform(polygons, to_crs))
