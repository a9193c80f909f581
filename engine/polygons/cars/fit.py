# SPDX-License-Identifier: GPL-2.0-or-later
"""Fit of vehicles to a connected region of the class car."""

from __future__ import annotations

from dataclasses import dataclass
from math import degrees
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .assigning import FittedShare, assign_pixels
from .crossing import without_crossing
from .packing import pack_cars
from .rectangle import rectangle_of_moments, smallest_rectangle
from .settings import CarSettings
from .vehicle import (
    KINDS,
    TRUCK_HEIGHT_M,
    has_possible_size,
    is_low,
    is_too_high,
    kind_of,
)

if TYPE_CHECKING:
    from .patch import CarPatch
    from .rectangle import Rectangle

DEFAULTS = CarSettings()
ONE_CAR = 1.45  # area in common cars below which a compact region is one car
COMPACT = 0.6  # least share of its smallest rectangle that a region of one car fills
FULL = 0.82  # least share that a van or truck fills
LONG_WIDTH_M = (1.9, 3.3)  # widths of vans and trucks
LONG_RATIO = (2.0, 5.5)  # ratio of their sides
LONGEST_M = 13.0
FULL_AND_HIGH, HIGH_WIDTH_M = 0.7, 3.6  # the same for regions as high as a truck


@dataclass(frozen=True)
class Car:
    """One vehicle.

    Args:
        polygon: rectangle in pixel space, x = column and y = row.
        length_m: length.
        width_m: width.
        heading_deg: direction of the long side, clockwise from the raster's up direction, from 0
            to below 180; front and back are not distinguished.
        kind: one of `KINDS`.
        iou_raw: intersection over union of the rectangle with the pixels that it describes.

    Raises:
        ValueError: if a value is out of range.
    """

    polygon: shapely.Polygon
    length_m: float
    width_m: float
    heading_deg: float
    kind: str
    iou_raw: float

    def __post_init__(self) -> None:
        """Check the values."""
        if not 0 < self.width_m <= self.length_m:
            raise ValueError(f"A vehicle of {self.length_m} m by {self.width_m} m is impossible.")
        if not 0 <= self.heading_deg < 180:
            raise ValueError(f"The heading {self.heading_deg} must be from 0 to below 180 degrees.")
        if self.kind not in KINDS:
            raise ValueError(f"The kind {self.kind!r} must be one of {', '.join(KINDS)}.")

    @property
    def point(self) -> shapely.Point:
        """Center of the rectangle."""
        return self.polygon.centroid


class FittedCars(NamedTuple):
    """Vehicles of a region, and what was left out.

    Args:
        cars: vehicles.
        too_high: number of regions or vehicles that are higher than any vehicle.
        too_low: number of vehicles that are lower than the settings allow.
        wrong_size: number of regions or vehicles of a size that no vehicle has.
    """

    cars: list[Car]
    too_high: int = 0
    too_low: int = 0
    wrong_size: int = 0


def fit_cars(patch: CarPatch, settings: CarSettings = DEFAULTS) -> FittedCars:
    """Return the vehicles of a connected region.

    Args:
        patch: pixels of the region.
        settings: sizes and limits.
    """
    if patch.area_m2 < settings.least_area_m2:
        return FittedCars([], wrong_size=1)
    if is_too_high(patch.height_m(), settings):
        return FittedCars([], too_high=1)
    rows, cols = np.nonzero(patch.mask)
    xy = np.column_stack((cols + 0.5, rows + 0.5)) * patch.gsd_m
    cars, too_high, too_low, wrong_size = [], 0, 0, 0
    for share in _shares(patch, xy, settings):
        height_m = patch.height_m(share.chosen)
        if is_too_high(height_m, settings):
            too_high += 1
        elif is_low(height_m, settings):
            too_low += 1
        elif not has_possible_size(share.rectangle, settings):
            wrong_size += 1
        else:
            cars.append(_car(patch, share, xy, height_m))
    return FittedCars(cars, too_high, too_low, wrong_size)


def _shares(patch: CarPatch, xy: np.ndarray, settings: CarSettings) -> list[FittedShare]:
    """Return the rectangles of a region with their pixels."""
    around = smallest_rectangle(xy, patch.gsd_m)
    filling = patch.area_m2 / (around.length_m * around.width_m)
    everything = np.ones(len(xy), bool)
    is_small = patch.area_m2 < ONE_CAR * settings.area_m2
    if is_small and filling > COMPACT:
        return [FittedShare(rectangle_of_moments(xy, patch.gsd_m), everything)]
    is_high = patch.height_m() >= TRUCK_HEIGHT_M
    if _is_long_vehicle(around, filling, is_small=is_small, is_high=is_high):
        return [FittedShare(around, everything)]
    if patch.gsd_m**2 > settings.area_m2:  # a common car is below the resolution
        return [FittedShare(around, everything)]
    packed = pack_cars(patch.mask, patch.gsd_m, around.angle, settings)
    if not packed:
        return [FittedShare(rectangle_of_moments(xy, patch.gsd_m), everything)]
    return without_crossing(assign_pixels(xy, packed, patch.gsd_m, settings))


def _is_long_vehicle(around: Rectangle, filling: float, *, is_small: bool, is_high: bool) -> bool:
    """Return whether a region is one van or truck, by its smallest rectangle."""
    if is_high:
        return filling > FULL_AND_HIGH and around.width_m <= HIGH_WIDTH_M
    ratio = around.length_m / around.width_m
    return (
        filling > FULL
        and LONG_WIDTH_M[0] <= around.width_m <= LONG_WIDTH_M[1]
        and LONG_RATIO[0] < ratio < LONG_RATIO[1]
        and around.length_m < LONGEST_M
        and (is_small or around.width_m <= 3.0)
    )


def _car(patch: CarPatch, share: FittedShare, xy: np.ndarray, height_m: float) -> Car:
    rectangle = share.rectangle
    inside = rectangle.distance(xy) == 0
    pixel_m2 = patch.gsd_m**2
    common_m2 = float((inside & share.chosen).sum()) * pixel_m2
    either_m2 = rectangle.length_m * rectangle.width_m + float(share.chosen.sum()) * pixel_m2
    origin = np.array([patch.column, patch.row])
    return Car(
        polygon=shapely.transform(
            rectangle.polygon(), lambda corners: corners / patch.gsd_m + origin
        ),
        length_m=rectangle.length_m,
        width_m=rectangle.width_m,
        # Up is -y, and the angle turns from x to y, which is clockwise on a map.
        heading_deg=(degrees(rectangle.angle) + 90) % 180,
        kind=kind_of(rectangle, height_m),
        iou_raw=common_m2 / max(either_m2 - common_m2, pixel_m2),
    )
