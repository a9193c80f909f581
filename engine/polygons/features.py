# SPDX-License-Identifier: GPL-2.0-or-later
"""Features: georeferenced geometries and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from ..raster.grid import RasterGrid
    from .tally import Tally

PERCENTILE = 95
_ON_EDGE_PX = 1e-6


class Features(NamedTuple):
    """Geometries of one layer with the values of their fields.

    Args:
        geometries: shapely geometries in the CRS, outer rings counterclockwise, (n,).
        values: values by field name, (n,) each; NaN where unknown.
    """

    geometries: np.ndarray
    values: dict[str, np.ndarray]


def sizes(geometries: np.ndarray, grid: RasterGrid) -> dict[str, np.ndarray]:
    """Return area and perimeter on the ground of polygons in pixel space."""
    meters_per_unit = np.sqrt(grid.pixel_area_m2 / abs(grid.transform.determinant))
    return {
        "area_m2": np.round(shapely.area(geometries) * grid.pixel_area_m2, 4),
        "perimeter_m": np.round(shapely.length(place(geometries, grid)) * meters_per_unit, 3),
    }


def tallied(tally: Tally) -> dict[str, np.ndarray]:
    """Return mean confidence and heights of tallied regions."""
    return {
        "confidence": np.round(tally.mean_confidence(), 1),
        "height_mean_m": np.round(tally.mean_height_m(), 2),
        "height_p95_m": np.round(tally.percentile_height_m(PERCENTILE), 2),
    }


def touches_edge(geometries: np.ndarray, grid: RasterGrid) -> np.ndarray:
    """Return which geometries in pixel space reach the edge of the raster, (n,) bool."""
    left, top, right, bottom = shapely.bounds(geometries).reshape(-1, 4).T
    return (
        (left <= _ON_EDGE_PX)
        | (top <= _ON_EDGE_PX)
        | (right >= grid.width - _ON_EDGE_PX)
        | (bottom >= grid.height - _ON_EDGE_PX)
    )


def place(geometries: np.ndarray, grid: RasterGrid) -> np.ndarray:
    """Return geometries transformed from pixel space, x = column and y = row, to the CRS."""
    a, b, c, d, e, f = grid.transform[:6]

    def to_crs(xy: np.ndarray) -> np.ndarray:
        columns, rows = xy.T
        return np.column_stack((a * columns + b * rows + c, d * columns + e * rows + f))

    return shapely.orient_polygons(shapely.transform(geometries, to_crs))
