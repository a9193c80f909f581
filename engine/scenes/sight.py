# SPDX-License-Identifier: GPL-2.0-or-later
"""Sight: which blocks and street segments of a plan, however large, reach into a canvas."""

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
    from .streets import Block, Lines, StreetPlan

SPILL_M = 12.0  # how far crowns and the like hang over the edge of their block or street
FARTHEST_M = 220.0  # more than from the middle of a block or segment to the end of its box


class Segment(NamedTuple):
    """A street between two crossings.

    Args:
        line: number of the street among its like.
        number: of the crossing at its end.
        first: where it begins along the street, metres.
        last: where it ends.
    """

    line: int
    number: int
    first: float
    last: float


def blocks_in_sight(plan: StreetPlan, canvas: Canvas) -> Iterator[tuple[Block, Canvas]]:
    """Yield blocks, each with the part of the canvas that it may fill."""
    u, v = _reach(plan, canvas.box)
    rows, columns = _gaps(plan.streets.positions, v), _gaps(plan.side_streets.positions, u)
    for row, column in product(rows, columns):
        block = block_of(plan, row, column)
        box = _box_about(plan, (block.low_u, block.high_u), (block.low_v, block.high_v))
        part = canvas.part(box)
        if part:
            yield block, part


def segments_in_sight(
    plan: StreetPlan, canvas: Canvas, *, is_side: bool
) -> Iterator[tuple[Segment, Canvas]]:
    """Yield the open segments of streets or of side streets, each with its part of the canvas."""
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
        breadth = (float(lines.positions[line]),) * 2
        part = canvas.part(_box_about(plan, *((breadth, length) if is_side else (length, breadth))))
        if part:
            yield Segment(line, gap + 1, *length), part


def _reach(plan: StreetPlan, box: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return ranges of u and v that hold the middle of all that can reach into a box."""
    x, y = np.array([box.left, box.right])[None, :], np.array([box.top, box.bottom])[:, None]
    corners = plan.to_plan(x, y)
    margins = (FARTHEST_M + 2 * bend.height_m for bend in plan.bends)
    u, v = (
        (float(corner.min()) - margin_m, float(corner.max()) + margin_m)
        for corner, margin_m in zip(corners, margins, strict=True)
    )
    return u, v


def _gaps(positions: np.ndarray, reach: tuple[float, float]) -> range:
    """Return the gaps between lines, by the line before, whose middle is within reach."""
    first, last = np.searchsorted((positions[1:] + positions[:-1]) / 2, reach)
    return range(int(first), int(last))


def _within(lines: Lines, reach: tuple[float, float]) -> range:
    first, last = np.searchsorted(lines.positions, reach)
    return range(int(first), int(last))


def _box_about(plan: StreetPlan, u: tuple[float, float], v: tuple[float, float]) -> Box:
    """Return the box of a rectangle of the plan, bent as it is, and of what spills over."""
    middle = plan.place((u[0] + u[1]) / 2, (v[0] + v[1]) / 2)
    half_u, half_v = (u[1] - u[0]) / 2, (v[1] - v[0]) / 2
    half_p = half_u + plan.bends[0].steepest * half_v + SPILL_M
    half_q = half_v + plan.bends[1].steepest * half_u + SPILL_M
    c, s = abs(cos(plan.angle)), abs(sin(plan.angle))
    half_x, half_y = c * half_p + s * half_q, s * half_p + c * half_q
    return Box(middle.x - half_x, middle.y - half_y, middle.x + half_x, middle.y + half_y)
