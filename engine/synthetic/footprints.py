# SPDX-License-Identifier: GPL-2.0-or-later
"""Footprints: the analytic outlines of the objects of a scene, recorded while they are painted."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

WING = "wing"  # kind of the wings of buildings; every other kind is a vehicle


class Footprint(NamedTuple):
    """Rectangle on the ground that an object covers in the image.

    Equal objects are equal tuples, so the footprints of overlapping windows can be merged.

    Args:
        kind: `WING`, or the kind of a vehicle: car, van or truck.
        x: center, in meters from the left edge of the scene.
        y: center, in meters from the upper edge of the scene.
        angle: direction of the length, in radians clockwise from east.
        length_m: size along the direction.
        width_m: size across the direction.
        height_m: height of the eaves, or of a vehicle.
        is_on_lot: whether a vehicle stands in a row of parking stalls.
    """

    kind: str
    x: float
    y: float
    angle: float
    length_m: float
    width_m: float
    height_m: float
    is_on_lot: bool = False

    @property
    def heading_deg(self) -> float:
        """Direction of the length, clockwise from north, 0 to 180 degrees."""
        return (float(np.degrees(self.angle)) + 90.0) % 180.0


def rectangles(footprints: Sequence[Footprint]) -> np.ndarray:
    """Return the outlines as shapely polygons, (n,); x to the right, y downwards, in meters."""
    if not footprints:
        return np.empty(0, object)
    corners = np.array([_corners(each) for each in footprints])  # (n, 4, 2)
    return shapely.polygons(corners)


def _corners(footprint: Footprint) -> list[tuple[float, float]]:
    x, y = footprint.x, footprint.y
    c, s = cos(footprint.angle), sin(footprint.angle)
    along, across = footprint.length_m / 2, footprint.width_m / 2
    return [
        (x + c * u - s * v, y + s * u + c * v)
        for u, v in ((-along, -across), (along, -across), (along, across), (-along, across))
    ]
