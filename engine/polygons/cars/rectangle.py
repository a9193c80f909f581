# SPDX-License-Identifier: GPL-2.0-or-later
"""Oriented rectangles, and those that describe a set of pixels."""

from __future__ import annotations

from math import atan2, cos, pi, sin, sqrt
from typing import NamedTuple

import numpy as np
import shapely


class Rectangle(NamedTuple):
    """A rectangle in meters, x right and y down.

    Args:
        x: center.
        y: center.
        angle: direction of the long side, in radians from x to y.
        length_m: long side.
        width_m: short side.
    """

    x: float
    y: float
    angle: float
    length_m: float
    width_m: float

    def frame(self, xy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far positions, (..., 2), are along and across from the center."""
        x, y = xy[..., 0] - self.x, xy[..., 1] - self.y
        c, s = cos(self.angle), sin(self.angle)
        return x * c + y * s, y * c - x * s

    def distance(self, xy: np.ndarray) -> np.ndarray:
        """Return the sum of the distances beyond the sides, 0 inside, (...,) float64."""
        along, across = self.frame(xy)
        beyond = np.abs(along) - self.length_m / 2, np.abs(across) - self.width_m / 2
        return np.maximum(beyond[0], 0) + np.maximum(beyond[1], 0)

    def polygon(self) -> shapely.Polygon:
        """Return the rectangle as a polygon in meters."""
        c, s = cos(self.angle), sin(self.angle)
        half = self.length_m / 2, self.width_m / 2
        corners = [(a * half[0], b * half[1]) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
        return shapely.Polygon(
            [(self.x + a * c - b * s, self.y + a * s + b * c) for a, b in corners]
        )


def turn_between(angle: float, other: float) -> float:
    """Return the turn from one direction of a line to another, in radians, -pi/2 to pi/2."""
    return (other - angle + pi / 2) % pi - pi / 2


def rectangle_of_moments(xy: np.ndarray, pixel_m: float = 0.0) -> Rectangle:
    """Return the rectangle with the second moments of pixels.

    A side is sqrt(12 variance), so noise at the outline counts little. One pixel is added in the
    variance, because the positions are centers of pixels.

    Args:
        xy: centers of the pixels in meters, (n, 2) float64, n >= 1.
        pixel_m: edge of a pixel in meters.
    """
    center = xy.mean(axis=0)
    moments = (xy - center).T @ (xy - center) / len(xy) + np.eye(2) * pixel_m**2 / 12
    variances, axes = np.linalg.eigh(moments)
    width_m, length_m = (sqrt(12 * max(float(each), 1e-6)) for each in variances)
    x, y = (float(each) for each in center)
    return Rectangle(x, y, atan2(axes[1, 1], axes[0, 1]), length_m, width_m)


def smallest_rectangle(xy: np.ndarray, pixel_m: float) -> Rectangle:
    """Return the smallest rectangle around pixels, one pixel wider than around their centers."""
    if len(xy) < 2:
        return rectangle_of_moments(xy, pixel_m)
    # A line through the points has their hull, and is made much faster than a multipoint.
    shape = shapely.minimum_rotated_rectangle(shapely.linestrings(xy))
    if shape.geom_type != "Polygon":
        return rectangle_of_moments(xy, pixel_m)
    corners = shapely.get_coordinates(shape)
    sides = np.diff(corners[:3], axis=0)
    lengths = np.hypot(*sides.T)
    longer = int(lengths.argmax())
    x, y = corners[:4].mean(axis=0)
    return Rectangle(
        float(x),
        float(y),
        atan2(sides[longer, 1], sides[longer, 0]),
        float(lengths[longer]) + pixel_m,
        float(lengths[1 - longer]) + pixel_m,
    )
