# SPDX-License-Identifier: GPL-2.0-or-later
"""Visibility: the blocks and street segments of a plan that overlap a canvas."""

from __future__ import annotations

from itertools import product
from math import cos, sin
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .canvas import Box
from .streets import block_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .canvas import Canvas
    from .streets import Lines, StreetBlock, StreetPlan

SPILL_M = 14.0  # overhang of crowns and other objects beyond their block or street
FARTHEST_M = 220.0  # upper bound of the distance from the middle of a block to its box's corner


class Segment(NamedTuple):
    """A street between two crossings.

    Args:
        line: index of the street among its parallels.
        number: index of the crossing at its end.
        first: start along the street, in meters.
        last: end along the street, in meters.
    """

    line: int
    number: int
    first: float
    last: float

    def between(self, crossings: Lines, distance_m: float) -> tuple[float, float]:
        """Return the start and the end of the part at a distance from both crossing roadways."""
        before, after = crossings.half_widths[self.number - 1 : self.number + 1].tolist()
        return self.first + before + distance_m, self.last - after - distance_m


def visible_blocks(plan: StreetPlan, canvas: Canvas) -> Iterator[tuple[StreetBlock, Canvas]]:
    """Yield the visible blocks, each with the part of the canvas that it may cover."""
    u, v = _reach(plan, canvas.box)
    rows, columns = _gaps(plan.streets.positions, v), _gaps(plan.side_streets.positions, u)
    for row, column in product(rows, columns):
        block = block_of(plan, row, column)
        box = _box_about(plan, (block.low_u, block.high_u), (block.low_v, block.high_v))
        part = canvas.part(box)
        if part:
            yield block, part


def visible_segments(
    plan: StreetPlan, canvas: Canvas, *, is_side: bool
) -> Iterator[tuple[Segment, Canvas]]:
    """Yield the visible segments of streets or side streets, each with its part of the canvas."""
    reach_u, reach_v = _reach(plan, canvas.box)
    if is_side:
        lines, crossings, across, along = plan.side_streets, plan.streets, reach_u, reach_v
    else:
        lines, crossings, across, along = plan.streets, plan.side_streets, reach_v, reach_u
    ends = crossings.positions
    for line, gap in product(_within(lines, across), _gaps(ends, along)):
        if not lines.is_open[line, gap + 1]:
            continue
        length = (float(ends[gap]), float(ends[gap + 1]))
        middle, half_m = float(lines.positions[line]), float(lines.half_widths[line])
        breadth = (middle - half_m, middle + half_m)
        part = canvas.part(_box_about(plan, *((breadth, length) if is_side else (length, breadth))))
        if part:
            yield Segment(line, gap + 1, *length), part


def _reach(plan: StreetPlan, box: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the ranges of u and v of the centers of all objects that can overlap a box."""
    x, y = np.array([box.left, box.right])[None, :], np.array([box.top, box.bottom])[:, None]
    corners = plan.to_plan(x, y)
    margins = (FARTHEST_M + 2 * bend.height_m for bend in plan.bends)
    u, v = (
        (float(corner.min()) - margin_m, float(corner.max()) + margin_m)
        for corner, margin_m in zip(corners, margins, strict=True)
    )
    return u, v


def _gaps(positions: np.ndarray, reach: tuple[float, float]) -> range:
    """Return the gaps between lines, by the lower line, whose middle is within reach."""
    first, last = np.searchsorted((positions[1:] + positions[:-1]) / 2, reach)
    return range(int(first), int(last))


def _within(lines: Lines, reach: tuple[float, float]) -> range:
    first, last = np.searchsorted(lines.positions, reach)
    return range(int(first), int(last))


def _box_about(plan: StreetPlan, u: tuple[float, float], v: tuple[float, float]) -> Box:
    """Return the bounding box of a bent rectangle of the plan, including the overhang."""
    middle = plan.place((u[0] + u[1]) / 2, (v[0] + v[1]) / 2)
    half_u, half_v = (u[1] - u[0]) / 2, (v[1] - v[0]) / 2
    half_p = half_u + plan.bends[0].steepest * half_v + SPILL_M
    half_q = half_v + plan.bends[1].steepest * half_u + SPILL_M
    c, s = abs(cos(plan.angle)), abs(sin(plan.angle))
    half_x, half_y = c * half_p + s * half_q, s * half_p + c * half_q
    return Box(middle.x - half_x, middle.y - half_y, middle.x + half_x, middle.y + half_y)
