# SPDX-License-Identifier: GPL-2.0-or-later
"""Ground sampling distance of a layer, without reading pixels.

The units of a CRS may differ from distances on the ground: at 50 degrees north, one meter of Web
Mercator is 0.64 m. The engine measures the sizes of a job in the same way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsDistanceArea,
    QgsGeometry,
    QgsRectangle,
    QgsUnitTypes,
)

if TYPE_CHECKING:
    from qgis.core import QgsCoordinateReferenceSystem, QgsPointXY, QgsRasterLayer

WGS84 = "EPSG:7030"
EDGE_M = 200.0
NEGLIGIBLE_DISTORTION = 0.01


def gsd_m(layer: QgsRasterLayer) -> float:
    """Return the ground sampling distance in meters; 0 without a projected CRS.

    It is the geometric mean of both axes at the center of the layer.
    """
    crs = layer.crs()
    if not crs.isValid() or crs.isGeographic():
        return 0.0
    unit_m = QgsUnitTypes.fromUnitToUnitFactor(
        crs.mapUnits(), QgsUnitTypes.DistanceUnit.DistanceMeters
    )
    planar_m2 = unit_m**2 * layer.rasterUnitsPerPixelX() * layer.rasterUnitsPerPixelY()
    return (planar_m2 / _areal_stretch(crs, layer.extent().center(), EDGE_M / unit_m)) ** 0.5


def _areal_stretch(crs: QgsCoordinateReferenceSystem, center: QgsPointXY, edge: float) -> float:
    """Return the areal scale of the projection at `center`: planar area over ground area."""
    x, y, half = center.x(), center.y(), edge / 2
    square = QgsGeometry.fromRect(QgsRectangle(x - half, y - half, x + half, y + half))
    ellipsoid = QgsDistanceArea()
    ellipsoid.setSourceCrs(crs, QgsCoordinateTransformContext())  # datum shifts keep areas
    ellipsoid.setEllipsoid(WGS84)
    try:
        ground_m2 = ellipsoid.measureArea(square)
    except QgsCsException:
        return 1.0  # outside the domain of the CRS, only its units are available
    stretch = EDGE_M**2 / ground_m2 if ground_m2 > 0 else 1.0
    return 1.0 if abs(stretch - 1) < NEGLIGIBLE_DISTORTION else stretch
