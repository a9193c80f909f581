# SPDX-License-Identifier: GPL-2.0-or-later
"""Streets: the plan of the town, a bent grid of streets and side streets.

The plan has its own coordinates (u, v) in metres: streets run along u at certain v, side streets
along v at certain u. Turning and gently bending the plan gives the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, hypot, pi, sin

import numpy as np

from .canvas import Place

BLOCK_LENGTH_M = (70.0, 120.0)
BLOCK_DEPTH_M = (44.0, 66.0)
HALF_ROADWAY_M = (2.7, 4.4)
SIDEWALK_M = (1.3, 2.4)
MARGIN_M = 140.0  # of plan beyond the scene, so that its edges look like its middle


@dataclass(frozen=True)
class Bend:
    """A sine that shifts one coordinate along the other."""

    height_m: float
    wave_m: float
    phase: float

    def shift(self, position: np.ndarray | float) -> np.ndarray | float:
        """Return the shift in metres at a position in metres."""
        return self.height_m * np.sin(2 * pi * position / self.wave_m + self.phase)


@dataclass(frozen=True)
class Lines:
    """Parallel streets.

    Args:
        positions: (n,) ascending, of the center lines, metres.
        half_widths: (n,) of the roadways, metres.
        is_open: (n, m) bool, whether a street exists between two crossing lines.
    """

    positions: np.ndarray
    half_widths: np.ndarray
    is_open: np.ndarray


@dataclass(frozen=True)
class StreetPlan:
    """All streets.

    Args:
        center_m: the middle of the scene, on both axes; also the plan's origin.
        angle: of the plan in the world, radians.
        bends: of u along v, and of v along u.
        streets: lines of constant v.
        side_streets: lines of constant u.
        sidewalk_m: width of the sidewalks.
    """

    center_m: float
    angle: float
    bends: tuple[Bend, Bend]
    streets: Lines
    side_streets: Lines
    sidewalk_m: float

    def to_plan(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return plan coordinates (u, v) of world coordinates."""
        c, s = np.float32(cos(self.angle)), np.float32(sin(self.angle))
        p = c * (x - self.center_m) + s * (y - self.center_m)
        q = c * (y - self.center_m) - s * (x - self.center_m)
        return p + self.bends[0].shift(q), q + self.bends[1].shift(p)

    def place(self, u: float, v: float) -> Place:
        """Return the world place of a plan position, directed along u."""
        p, q = self._unbent(u, v)
        ahead_p, ahead_q = self._unbent(u + 0.5, v)
        c, s = cos(self.angle), sin(self.angle)
        return Place(
            self.center_m + c * p - s * q,
            self.center_m + s * p + c * q,
            self.angle + atan2(ahead_q - q, ahead_p - p),
        )

    def _unbent(self, u: float, v: float) -> tuple[float, float]:
        p, q = u, v
        for _ in range(8):  # a fixed point: the bends are gentle
            p, q = u - float(self.bends[0].shift(q)), v - float(self.bends[1].shift(p))
        return p, q


def plan_streets(rng: np.random.Generator, extent_m: float) -> StreetPlan:
    """Return streets for a square scene; one street always passes near its middle."""
    reach_m = extent_m * hypot(0.5, 0.5) + MARGIN_M
    nearest_m = 0.15 * extent_m
    streets = _draw_positions(rng, reach_m, BLOCK_DEPTH_M, rng.uniform(-nearest_m, nearest_m))
    side_streets = _draw_positions(rng, reach_m, BLOCK_LENGTH_M, rng.uniform(*BLOCK_LENGTH_M) / 2)
    bends = [
        Bend(rng.uniform(0, 7), rng.uniform(180, 420), rng.uniform(0, 2 * pi)) for _ in range(2)
    ]
    return StreetPlan(
        center_m=extent_m / 2,
        angle=rng.uniform(0, pi),
        bends=(bends[0], bends[1]),
        streets=_draw_lines(rng, streets, len(side_streets), open_share=0.92),
        side_streets=_draw_lines(rng, side_streets, len(streets), open_share=0.65),
        sidewalk_m=rng.uniform(*SIDEWALK_M),
    )


def _draw_positions(
    rng: np.random.Generator, reach_m: float, gap_m: tuple[float, float], first: float
) -> np.ndarray:
    """Return ascending positions from -reach to reach, `first` among them."""
    after = [first]
    while after[-1] < reach_m:
        after.append(after[-1] + rng.uniform(*gap_m))
    before = [first]
    while before[-1] > -reach_m:
        before.append(before[-1] - rng.uniform(*gap_m))
    return np.array(before[:0:-1] + after)


def _draw_lines(
    rng: np.random.Generator, positions: np.ndarray, crossings: int, open_share: float
) -> Lines:
    is_open = rng.random((len(positions), crossings + 1)) < open_share
    is_open[np.abs(positions).argmin()] = True
    return Lines(positions, rng.uniform(*HALF_ROADWAY_M, len(positions)), is_open)


@dataclass(frozen=True)
class Block:
    """The land between four lines, sidewalks taken off; plan coordinates in metres."""

    low_u: float
    high_u: float
    low_v: float
    high_v: float

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


def blocks_of(plan: StreetPlan) -> list[Block]:
    """Return the blocks between neighboring lines."""
    streets, sides, walk_m = plan.streets, plan.side_streets, plan.sidewalk_m
    blocks = []
    for row, (low_v, high_v) in enumerate(pairwise(streets.positions)):
        for column, (low_u, high_u) in enumerate(pairwise(sides.positions)):
            blocks.append(
                Block(
                    low_u + sides.half_widths[column] + walk_m,
                    high_u - sides.half_widths[column + 1] - walk_m,
                    low_v + streets.half_widths[row] + walk_m,
                    high_v - streets.half_widths[row + 1] - walk_m,
                )
            )
    return blocks
