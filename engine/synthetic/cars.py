# SPDX-License-Identifier: GPL-2.0-or-later
"""Vehicles on roads, at curbs and in parking lots: cars, vans and trucks."""

from __future__ import annotations

from math import hypot, pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .canvas import Presence
from .codes import CAR, IMPERVIOUS
from .footprints import Footprint
from .spectra import CARS, GLASS, ROAD_PAINT, choose
from .visibility import visible_segments

if TYPE_CHECKING:
    from .canvas import Canvas, Place
    from .noise import NoiseSource
    from .streets import StreetPlan
    from .visibility import Segment

STALL_LENGTH_M, STALL_WIDTH_M = 5.0, 2.5
CURB_GAP_M = 0.25
WIDE_HALF_M = 3.2  # half the width of a roadway with two lanes between parked cars
LANE_M, PARKED_M = 3.3, 2.2  # width of a lane, and of a row of parked cars
CLEAR_OF_CROSSING_M = 7.5  # distance of the first car from the roadway that crosses


class _Body(NamedTuple):
    kind: str
    length_m: tuple[float, float]
    width_m: tuple[float, float]
    height_m: tuple[float, float]
    has_cabin: bool


_CAR = _Body("car", (3.7, 4.9), (1.65, 1.95), (1.4, 1.75), has_cabin=True)
_VAN = _Body("van", (4.8, 6.2), (1.95, 2.15), (2.0, 2.7), has_cabin=False)
_TRUCK = _Body("truck", (7.0, 12.0), (2.4, 2.6), (2.9, 3.45), has_cabin=False)


def park_car(
    rng: np.random.Generator, canvas: Canvas, place: Place, *, is_on_lot: bool = False
) -> None:
    """Add a car, or sometimes a van, at `place`."""
    _put(rng, canvas, place, _VAN if rng.random() < 0.08 else _CAR, is_on_lot=is_on_lot)


def park_truck(rng: np.random.Generator, canvas: Canvas, place: Place) -> None:
    """Add a truck at `place`."""
    _put(rng, canvas, place, _TRUCK)


def fill_streets(source: NoiseSource, canvas: Canvas, plan: StreetPlan) -> None:
    """Add moving and parked cars along all visible streets."""
    for is_side in (False, True):
        for segment, part in visible_segments(plan, canvas, is_side=is_side):
            _fill_segment(source.child(int(is_side)), part, plan, segment, is_side=is_side)


def mark_and_fill_stalls(
    rng: np.random.Generator, canvas: Canvas, place: Place, stalls: int, filled_share: float
) -> None:
    """Add a row of parking stalls along `place`, some of them with a car."""
    line = ROAD_PAINT.mix(rng)
    for number in range(stalls + 1):
        along_m = (number - stalls / 2) * STALL_WIDTH_M
        edge = canvas.rectangle(place.moved(along_m, 0), 0.12, STALL_LENGTH_M)
        canvas.cover_ground(*edge, IMPERVIOUS, line)
        if number < stalls and rng.random() < filled_share:
            middle = place.moved(along_m + STALL_WIDTH_M / 2, rng.normal(0, 0.25))
            pose = middle.turned(pi / 2 * rng.choice((-1, 1)) + rng.normal(0, 0.02))
            park_car(rng, canvas, pose, is_on_lot=True)


def _fill_segment(
    source: NoiseSource, canvas: Canvas, plan: StreetPlan, segment: Segment, *, is_side: bool
) -> None:
    lines, crossings = plan.streets, plan.side_streets
    if is_side:
        lines, crossings = crossings, lines
    position, half_m = lines.positions[segment.line], lines.half_widths[segment.line]
    line_rng = source.child(segment.line).generator()
    parked_share = line_rng.uniform(*plan.layout.parked_share, 2)
    driven_share = plan.layout.driven_share * line_rng.uniform(0, 2)
    rng = source.child(segment.line, segment.number).generator()
    is_passable = half_m > WIDE_HALF_M or not parked_share.any()
    first, last = segment.between(crossings, CLEAR_OF_CROSSING_M)
    for side, share in zip((-1, 1), parked_share, strict=True):
        curb = position + side * (half_m - 0.95 - CURB_GAP_M)
        for at in np.arange(first, last, 6.3):
            for lane_m in _lanes(half_m):
                is_curb = lane_m == max(_lanes(half_m))
                if is_curb and rng.random() < share:
                    across = curb
                elif is_passable and rng.random() < driven_share:
                    across = position + side * lane_m
                else:
                    continue
                u, v = (across, at) if is_side else (at, across)
                place = plan.place(u + rng.normal(0, 0.12), v + rng.normal(0, 0.12))
                turn = pi / 2 if is_side else 0.0
                park_car(rng, canvas, place.turned(turn + rng.normal(0, 0.02)))


def _lanes(half_m: float) -> list[float]:
    """Return the distances of the lanes of one direction from the middle of a roadway, in meters.

    Args:
        half_m: half the width of the roadway, in meters.
    """
    if half_m <= WIDE_HALF_M:
        return [0.0]
    count = max(1, int((half_m - PARKED_M) / LANE_M))
    return [half_m * 0.35] if count == 1 else [(number + 0.5) * LANE_M for number in range(count)]


def _put(
    rng: np.random.Generator,
    canvas: Canvas,
    place: Place,
    body: _Body,
    *,
    is_on_lot: bool = False,
) -> None:
    length_m, width_m, height_m = (
        rng.uniform(*limits) for limits in (body.length_m, body.width_m, body.height_m)
    )
    paint = choose(rng, CARS)
    forward = rng.choice((-1, 1))
    glass = GLASS.mix(rng)
    is_away = rng.random() < canvas.conditions.moved_cars
    frame = canvas.frame(place, hypot(length_m, width_m) / 2)
    if frame.is_empty:
        return
    canvas.footprints.append(Footprint(body.kind, *place, length_m, width_m, height_m, is_on_lot))
    along, across = frame.along * forward / (length_m / 2), frame.across / (width_m / 2)
    outline = along**6 + across**6 < 1
    heights = np.full(along.shape, height_m, np.float32)
    panes = np.zeros_like(outline)
    if body.has_cabin:
        cabin = (along > -0.75) & (along < 0.35)
        heights[~cabin] = 0.62 * height_m
        panes = cabin & ((along > 0.08) | (along < -0.55)) & (np.abs(across) < 0.85)
    presence = Presence.NEW if is_away else Presence.LASTING
    seen = canvas.raise_object(frame, outline, CAR, paint, heights, presence)
    canvas.color(frame, seen & panes, CAR, glass)
