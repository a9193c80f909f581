# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixels of a region to the nearest packed rectangle, which then gets their size and direction."""

from __future__ import annotations

from math import radians
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .rectangle import Rectangle, rectangle_of_moments, turn_between

if TYPE_CHECKING:
    from .settings import CarSettings

FARTHEST_M = 0.6  # distance from a rectangle beyond which a pixel belongs to none
MOST_TURN = radians(20)  # a larger turn comes from pixels of a neighbor


class FittedShare(NamedTuple):
    """A rectangle and its pixels.

    Args:
        rectangle: rectangle in meters.
        chosen: mask of the region's pixels that belong to it, (n,) bool.
    """

    rectangle: Rectangle
    chosen: np.ndarray


def assign_pixels(
    xy: np.ndarray, packed: list[Rectangle], gsd_m: float, settings: CarSettings
) -> list[FittedShare]:
    """Return the rectangles fitted to their pixels; those with too few pixels are left out.

    Args:
        xy: centers of the region's pixels in meters, (n, 2) float64.
        packed: rectangles of common cars.
        gsd_m: edge of a pixel in meters.
        settings: sizes and limits.
    """
    distances = np.stack([rectangle.distance(xy) for rectangle in packed])
    nearest = distances.argmin(axis=0)
    is_near = distances.min(axis=0) < FARTHEST_M
    shares = []
    for number, rectangle in enumerate(packed):
        chosen = (nearest == number) & is_near
        if chosen.sum() * gsd_m**2 < settings.least_area_m2:
            continue
        fitted = rectangle_of_moments(xy[chosen], gsd_m)
        is_turned = abs(turn_between(rectangle.angle, fitted.angle)) > MOST_TURN
        shares.append(FittedShare(rectangle if is_turned else fitted, chosen))
    return shares
