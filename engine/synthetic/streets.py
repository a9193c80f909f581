# SPDX-License-Identifier: GPL-2.0-or-later
"""Street plan of a scene: a bent grid of streets and side streets.

The plan has its own coordinates (u, v) in meters: streets run along u at constant v, side streets
along v at constant u. A rotation and gentle bends map the plan to scene coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import atan2, cos, hypot, pi, sin
from typing import TYPE_CHECKING

import numpy as np

from .canvas import Place

if TYPE_CHECKING:
    from .layouts import StreetLayout

MOST_BENT_M = 7.0
WAVE_M = (180.0, 420.0)  # wavelengths of the bends
NEGLIGIBLE_M = 1e-4
MARGIN_M = 140.0  # margin of the plan beyond the scene, so its edges look like its middle


@dataclass(frozen=True)
class Bend:
    """A sinusoidal shift of one coordinate as a function of the other."""

    height_m: float
    wave_m: float
    phase: float

    @property
    def steepest(self) -> float:
        """Largest slope of the shift, in meters per meter."""
        return 2 * pi * self.height_m / self.wave_m

    def shift(self, positions: np.ndarray) -> np.ndarray:
        """Return the shifts in meters at positions in meters."""
        return self.height_m * np.sin(2 * pi * positions / self.wave_m + self.phase)

    def shift_at(self, position: float) -> float:
        """Return the shift in meters at one position in meters."""
        return self.height_m * sin(2 * pi * position / self.wave_m + self.phase)


@dataclass(frozen=True)
class Lines:
    """Parallel streets.

    Args:
        positions: positions of the center lines, (n,) ascending, in meters.
        half_widths: half widths of the roadways, (n,), in meters.
        is_open: whether a street exists between two crossing lines, (n, m) bool.
    """

    positions: np.ndarray
    half_widths: np.ndarray
    is_open: np.ndarray


@dataclass(frozen=True)
class StreetPlan:
    """Streets of a scene.

    Args:
        layout: street layout.
        center: center of the scene, x and y in meters, which is the plan's origin.
        angle: rotation of the plan in the scene, in radians.
        bends: bends of u along v, and of v along u.
        streets: lines of constant v.
        side_streets: lines of constant u.
        sidewalk_m: width of the sidewalks in meters.
    """

    layout: StreetLayout
    center: tuple[float, float]
    angle: float
    bends: tuple[Bend, Bend]
    streets: Lines
    side_streets: Lines
    sidewalk_m: float

    def to_plan(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the plan coordinates (u, v), float32, of scene coordinates that broadcast."""
        east, south = (
            (along - middle).astype(np.float32)
            for along, middle in zip((x, y), self.center, strict=True)
        )
        c, s = np.float32(cos(self.angle)), np.float32(sin(self.angle))
        p, q = c * east + s * south, c * south - s * east
        return p + self.bends[0].shift(q), q + self.bends[1].shift(p)

    def place(self, u: float, v: float) -> Place:
        """Return the place in the scene of a plan position, directed along u."""
        p, q = self._unbent(u, v)
        ahead_p, ahead_q = self._unbent(u + 0.5, v)
        c, s = cos(self.angle), sin(self.angle)
        return Place(
            self.center[0] + c * p - s * q,
            self.center[1] + s * p + c * q,
            self.angle + atan2(ahead_q - q, ahead_p - p),
        )

    def _unbent(self, u: float, v: float) -> tuple[float, float]:
        p, q = u, v
        while True:  # fixed-point iteration; the bends are gentle, so it converges quickly
            before = p
            p, q = u - self.bends[0].shift_at(q), v - self.bends[1].shift_at(p)
            if abs(p - before) < NEGLIGIBLE_M:
                return p, q


def plan_streets(
    rng: np.random.Generator, width_m: float, height_m: float, layout: StreetLayout
) -> StreetPlan:
    """Return the random street plan of a scene of `width_m` by `height_m` meters."""
    reach_m = hypot(width_m, height_m) / 2 + MARGIN_M
    length_m, depth_m = layout.block_length_m, layout.block_depth_m
    nearest_m = depth_m[1] / 2
    if layout.has_middle_street:
        nearest_m = min(0.15 * min(width_m, height_m), nearest_m)
    streets = _draw_positions(rng, reach_m, depth_m, rng.uniform(-nearest_m, nearest_m))
    side_streets = _draw_positions(rng, reach_m, length_m, rng.uniform(*length_m) / 2)
    bends = [
        Bend(rng.uniform(0, MOST_BENT_M), rng.uniform(*WAVE_M), rng.uniform(0, 2 * pi))
        for _ in range(2)
    ]
    open_shares = layout.open_shares[rng.integers(len(layout.open_shares))]
    return StreetPlan(
        layout=layout,
        center=(width_m / 2, height_m / 2),
        angle=rng.uniform(0, pi),
        bends=(bends[0], bends[1]),
        streets=_draw_lines(rng, layout, streets, len(side_streets), open_shares[0]),
        side_streets=_draw_lines(rng, layout, side_streets, len(streets), open_shares[1]),
        sidewalk_m=rng.uniform(*layout.sidewalk_m),
    )


def _draw_positions(
    rng: np.random.Generator, reach_m: float, gap_m: tuple[float, float], first: float
) -> np.ndarray:
    """Return ascending positions that cover -reach to reach and include `first`."""
    after = [first]
    while after[-1] < reach_m:
        after.append(after[-1] + rng.uniform(*gap_m))
    before = [first]
    while before[-1] > -reach_m:
        before.append(before[-1] - rng.uniform(*gap_m))
    return np.array(before[:0:-1] + after)


def _draw_lines(
    rng: np.random.Generator,
    layout: StreetLayout,
    positions: np.ndarray,
    crossings: int,
    open_share: float,
) -> Lines:
    is_open = rng.random((len(positions), crossings + 1)) < open_share
    nearest = np.abs(positions).argmin()
    if layout.has_middle_street:
        is_open[nearest] = True
    half_widths = rng.uniform(*layout.half_roadway_m, len(positions))
    is_avenue = rng.random(len(positions)) < layout.avenue_share
    half_avenues = rng.uniform(*layout.half_avenue_m, len(positions))
    is_open[is_avenue] = True
    more_m = np.where(is_avenue, half_avenues - half_widths, 0)
    # Wide streets push the others outwards, so that blocks keep their size.
    pushed_m = np.cumsum(2 * more_m) - more_m
    return Lines(positions + pushed_m - pushed_m[nearest], half_widths + more_m, is_open)


@dataclass(frozen=True)
class StreetBlock:
    """The land between four streets without their sidewalks, in plan coordinates in meters.

    Args:
        row: index of the street at its low v.
        column: index of the side street at its low u.
    """

    row: int
    column: int
    low_u: float
    high_u: float
    low_v: float
    high_v: float

    def holds(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Return which plan coordinates (u, v), broadcast, are inside, (h, w) bool."""
        return (u > self.low_u) & (u < self.high_u) & (v > self.low_v) & (v < self.high_v)

    @property
    def length_m(self) -> float:
        """Extent along the streets."""
        return self.high_u - self.low_u

    @property
    def depth_m(self) -> float:
        """Extent across the streets."""
        return self.high_v - self.low_v

    @property
    def center(self) -> tuple[float, float]:
        """Middle in plan coordinates."""
        return (self.low_u + self.high_u) / 2, (self.low_v + self.high_v) / 2


def block_of(plan: StreetPlan, row: int, column: int) -> StreetBlock:
    """Return the block that follows a street and a side street."""
    streets, sides, walk_m = plan.streets, plan.side_streets, plan.sidewalk_m
    low_u, high_u = sides.positions[column : column + 2].tolist()
    low_v, high_v = streets.positions[row : row + 2].tolist()
    return StreetBlock(
        row,
        column,
        low_u + float(sides.half_widths[column]) + walk_m,
        high_u - float(sides.half_widths[column + 1]) - walk_m,
        low_v + float(streets.half_widths[row]) + walk_m,
        high_v - float(streets.half_widths[row + 1]) - walk_m,
    )
