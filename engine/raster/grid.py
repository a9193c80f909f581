# SPDX-License-Identifier: GPL-2.0-or-later
"""Raster grid: CRS, affine transform and size of a raster.

All results of a job are on the image's own grid, so labels match the image pixel by pixel, even if
it is rotated or south-up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import cos, isfinite, radians, sin, sqrt
from typing import TYPE_CHECKING

import rasterio.warp
from affine import Affine

if TYPE_CHECKING:
    from rasterio.crs import CRS

    from ..tiling.window import Window

WGS84_RADIUS_M = 6378137.0
WGS84_ECCENTRICITY_SQUARED = 0.00669437999014
NEGLIGIBLE_DISTORTION = 0.01


@dataclass(frozen=True)
class RasterGrid:
    """The pixel lattice of a raster.

    Args:
        crs: projected coordinate reference system.
        transform: affine transform from (column, row) in pixels to (x, y) in the CRS; may be
            rotated or south-up.
        height: number of rows.
        width: number of columns.
    """

    crs: CRS
    transform: Affine
    height: int
    width: int

    @property
    def linear_unit_m(self) -> float:
        """Length of one unit of the CRS in meters."""
        return float(self.crs.linear_units_factor[1])

    @cached_property
    def pixel_area_m2(self) -> float:
        """Ground area of a pixel in the middle of the grid in square meters."""
        planar = abs(self.transform.determinant) * self.linear_unit_m**2
        stretch = _areal_stretch(self)
        return planar if abs(stretch - 1) < NEGLIGIBLE_DISTORTION else planar / stretch

    @property
    def gsd_m(self) -> float:
        """Ground sampling distance in meters, the geometric mean of both axes."""
        return sqrt(self.pixel_area_m2)

    @property
    def is_rotated(self) -> bool:
        """Whether rows are not parallel to the x axis of the CRS."""
        return not (self.transform.b == 0 and self.transform.d == 0)

    def sub(self, window: Window) -> RasterGrid:
        """Return the part of the grid that `window` covers."""
        moved = self.transform @ Affine.translation(window.col, window.row)
        return RasterGrid(self.crs, moved, window.height, window.width)


def _areal_stretch(grid: RasterGrid) -> float:
    """Return the ratio of projected area to ground area in the middle of the grid.

    It is close to 1 in projections for surveying, but 2.4 at 50 degrees north in Web Mercator,
    whose nominal meters are not meters on the ground.
    """
    x, y = grid.transform @ (grid.width / 2, grid.height / 2)
    step = 100 / grid.linear_unit_m
    around = ([x - step, x + step, x, x], [y, y, y - step, y + step])
    try:
        lon, lat = rasterio.warp.transform(grid.crs, "EPSG:4326", *around)
    except Exception:  # PROJ's errors have no public class
        return 1.0  # outside the domain of the CRS only its nominal units are available
    if not all(map(isfinite, (*lon, *lat))) or max(map(abs, lat)) >= 90:
        return 1.0
    phi = radians(lat[2] / 2 + lat[3] / 2)
    curvature = 1 - WGS84_ECCENTRICITY_SQUARED * sin(phi) ** 2
    east_m = WGS84_RADIUS_M / sqrt(curvature) * cos(phi)  # of one radian of longitude
    north_m = WGS84_RADIUS_M * (1 - WGS84_ECCENTRICITY_SQUARED) / curvature**1.5
    along_x = (radians(lon[1] - lon[0]) * east_m, radians(lat[1] - lat[0]) * north_m)
    along_y = (radians(lon[3] - lon[2]) * east_m, radians(lat[3] - lat[2]) * north_m)
    ground_m2 = abs(along_x[0] * along_y[1] - along_x[1] * along_y[0])
    return (2 * step * grid.linear_unit_m) ** 2 / ground_m2 if ground_m2 else 1.0
