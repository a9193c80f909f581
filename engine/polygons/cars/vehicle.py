# SPDX-License-Identifier: GPL-2.0-or-later
"""Kinds of vehicles by size, and the sizes and heights that no vehicle has."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .rectangle import Rectangle
    from .settings import CarSettings

KINDS = ("car", "van", "truck")
VAN_LENGTH_M, VAN_WIDTH_M = 5.3, 2.05
TRUCK_LENGTH_M = 6.8


def kind_of(rectangle: Rectangle) -> str:
    """Return the kind of a vehicle by its size, one of `KINDS`."""
    if rectangle.length_m >= TRUCK_LENGTH_M:
        return "truck"
    if rectangle.length_m >= VAN_LENGTH_M and rectangle.width_m >= VAN_WIDTH_M - 0.15:
        return "van"
    return "car"


def is_too_high(height_m: float, settings: CarSettings) -> bool:
    """Return whether a median height above ground is that of no vehicle; NaN is unknown."""
    return not isnan(height_m) and height_m > settings.highest_m


def has_possible_size(rectangle: Rectangle, settings: CarSettings) -> bool:
    """Return whether a vehicle may have the size of a rectangle."""
    return (
        settings.shortest_m <= rectangle.length_m <= settings.longest_m
        and settings.narrowest_m <= rectangle.width_m <= settings.widest_m
    )
