# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of the road tracer: the codes by role, and its lengths in meters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RoadCodes:
    """Class codes by their role for roads.

    Args:
        sealed: codes of sealed ground.
        vehicles: codes of objects that stand on sealed ground.
        covers: codes of objects that may hide sealed ground, as crowns.

    Raises:
        ValueError: if no code is sealed, or a code has two roles.
    """

    sealed: tuple[int, ...]
    vehicles: tuple[int, ...] = ()
    covers: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Check the codes."""
        codes = (*self.sealed, *self.vehicles, *self.covers)
        if not self.sealed:
            raise ValueError("Roads need at least one code of sealed ground.")
        if len(set(codes)) != len(codes) or not all(1 <= code <= 255 for code in codes):
            raise ValueError(f"The codes {codes} must be different numbers from 1 to 255.")


@dataclass(frozen=True)
class RoadSettings:
    """Lengths, areas and limits of the road tracer.

    Args:
        cell_m: edge of the cells that the tracer works on; pixels are never divided.
        blur_m: standard deviation of the smoothing of shares.
        closing_m: radius of gaps that are closed where cars or crowns hide the ground.
        hole_m2: area of holes that are always filled.
        covered_hole_m2: area of holes that are filled if they are mostly crowns or cars.
        least_width_m: width of the narrowest road.
        most_width_m: width of the widest road; wider ground is a place.
        least_area_m2: area of the smallest connected road.
        smoothing_m: standard deviation of the smoothing of center lines.

    Raises:
        ValueError: if a value is not positive, or the widest road is not the wider one.
    """

    cell_m: float = 0.4
    blur_m: float = 0.4
    closing_m: float = 3.0
    hole_m2: float = 12.0
    covered_hole_m2: float = 60.0
    least_width_m: float = 2.6
    most_width_m: float = 19.0
    least_area_m2: float = 120.0
    smoothing_m: float = 3.0

    def __post_init__(self) -> None:
        """Check the values."""
        if min(vars(self).values()) <= 0 or self.least_width_m >= self.most_width_m:
            raise ValueError(f"{self} must have positive values and a widest road.")
