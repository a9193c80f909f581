# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of the fit of cars, in meters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CarSettings:
    """Sizes of vehicles and limits of the fit.

    Args:
        length_m: length of a common car.
        width_m: width of a common car.
        ring_m: width of the ring around a rectangle that should be free of cars.
        least_score: least share inside less half of the share in the ring, for a car.
        least_inside: least share of a rectangle that is car and not taken yet.
        least_area_m2: area of the smallest piece of the class car that is a vehicle.
        shortest_m: length of the shortest vehicle.
        narrowest_m: width of the narrowest vehicle.
        longest_m: length of the longest vehicle.
        widest_m: width of the widest vehicle.
        highest_m: median height above ground from which pixels are no vehicle. The highest truck on
            the road is 4 m high; more is a roof, a bridge or a crown.
        lowest_m: median height above ground below which pixels are no vehicle; 0 keeps them all.
            Raise it only for heights of the same day as the image, as cars move.

    Raises:
        ValueError: if a value is not positive, or a least one exceeds a most one.
    """

    length_m: float = 4.3
    width_m: float = 1.8
    ring_m: float = 0.45
    least_score: float = 0.30
    least_inside: float = 0.55
    least_area_m2: float = 2.0
    shortest_m: float = 2.4
    narrowest_m: float = 1.0
    longest_m: float = 20.0
    widest_m: float = 4.0
    highest_m: float = 4.5
    lowest_m: float = 0.0

    def __post_init__(self) -> None:
        """Check the values."""
        values = {**vars(self), "lowest_m": self.lowest_m + 1}
        if min(values.values()) <= 0 or self.lowest_m < 0:
            raise ValueError(f"All values of {self} must be positive; only lowest_m may be 0.")
        if self.shortest_m > self.longest_m or self.narrowest_m > self.widest_m:
            raise ValueError(f"The least size in {self} exceeds the largest.")

    @property
    def area_m2(self) -> float:
        """Area of a common car, whose corners are round."""
        return 0.93 * self.length_m * self.width_m
