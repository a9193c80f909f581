# SPDX-License-Identifier: GPL-2.0-or-later
"""Kinds of vehicles by size, and the sizes and heights that no vehicle has."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rectangle import Rectangle
    from .settings import CarSettings

KINDS = ("car", "van", "truck")
VAN_LENGTH_M, VAN_WIDTH_M = 5.2, 2.0
TRUCK_LENGTH_M = 6.8
# Medians over a vehicle: the roof of a car is at 1.4 to 1.75 m, its hood and trunk are lower.
VAN_HEIGHT_M, TRUCK_HEIGHT_M = 1.85, 2.9


def kind_of(rectangle: Rectangle, height_m: float) -> str:
    """Return the kind of a vehicle by its height, else by its size; one of `KINDS`.

    Args:
        rectangle: rectangle of the vehicle.
        height_m: median height above ground; NaN where unknown.
    """
    if rectangle.length_m >= TRUCK_LENGTH_M or height_m >= TRUCK_HEIGHT_M:
        return "truck"
    is_long = rectangle.length_m >= VAN_LENGTH_M and rectangle.width_m >= VAN_WIDTH_M
    if height_m >= VAN_HEIGHT_M or (isnan(height_m) and is_long):
        return "van"
    return "car"


def is_low(height_m: float, settings: CarSettings) -> bool:
    """Return whether a median height above ground is too low; NaN is unknown."""
    return not isnan(height_m) and height_m < settings.lowest_m


def is_too_high(height_m: float, settings: CarSettings) -> bool:
    """Return whether a median height above ground is that of no vehicle; NaN is unknown."""
    return not isnan(height_m) and height_m > settings.highest_m


def has_possible_size(rectangle: Rectangle, settings: CarSettings) -> bool:
    """Return whether a vehicle may have the size of a rectangle."""
    return (
        settings.shortest_m <= rectangle.length_m <= settings.longest_m
        and settings.narrowest_m <= rectangle.width_m <= settings.widest_m
    )
