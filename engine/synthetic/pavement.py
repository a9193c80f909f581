# SPDX-License-Identifier: GPL-2.0-or-later
"""Roadways, sidewalks, curbs and lane markings, painted from the street plan."""

from __future__ import annotations

from itertools import product
from math import ceil, floor, pi
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .canvas import Place
from .codes import IMPERVIOUS
from .noise import NoiseSource
from .spectra import ASPHALT, FRESH_ASPHALT, PAVING, RAIL, ROAD_PAINT, SIDEWALK, choose

if TYPE_CHECKING:
    from .canvas import Canvas, Frame
    from .streets import Lines, StreetPlan

CURB_M = 0.15
TRACK_M, GAUGE_M, RAIL_M = 3.2, 1.435, 0.07  # distance of tram tracks, their gauge, a rail
LANES_M = 3.3  # distance of lane markings on avenues
PATCHED_M = 7.0  # distance of repairs
AVENUE_HALF_M = 6.5  # half the width of the narrowest avenue
SIDEWALK_ABOVE_M = 0.12
DASH_M, DASH_EVERY_M, DASH_HALF_WIDTH_M = 3.0, 9.0, 0.08
REPAIRS = ((ASPHALT, 3), (FRESH_ASPHALT, 2), (SIDEWALK, 1), (ROAD_PAINT, 0.3))
WALKWAYS = ((SIDEWALK, 3), (PAVING, 2), (ASPHALT, 1))


class _Band(NamedTuple):
    """Position of every pixel relative to parallel streets, (H, W) each."""

    distance_m: np.ndarray  # to the nearest center line
    half_width_m: np.ndarray  # half width of that roadway
    is_open: np.ndarray  # whether that street exists here


def pave_streets(rng: np.random.Generator, canvas: Canvas, plan: StreetPlan) -> None:
    """Paint all streets and record their pixels in `canvas.is_street`."""
    whole = canvas.whole()
    u, v = plan.to_plan(*canvas.axes())
    streets = _band(plan.streets, v, plan.side_streets.positions, u)
    sides = _band(plan.side_streets, u, plan.streets.positions, v)
    roadway, walkway = (
        _within(streets, extra) | _within(sides, extra) for extra in (0.0, plan.sidewalk_m)
    )
    canvas.color(whole, walkway & ~roadway, IMPERVIOUS, choose(rng, WALKWAYS))
    canvas.color(whole, roadway, IMPERVIOUS, choose(rng, plan.layout.roadways))
    for heights in (canvas.heights, canvas.former_heights):
        heights[walkway & ~roadway] = SIDEWALK_ABOVE_M
        heights[roadway] = 0
    canvas.is_street |= walkway
    if plan.layout.has_curbs:
        curb = (_within(streets, CURB_M) | _within(sides, CURB_M)) & ~roadway
        canvas.color(whole, curb, IMPERVIOUS, SIDEWALK.mix(rng))
    if rng.random() < plan.layout.repaired_share:
        _repair(rng, canvas, plan, roadway)
    if rng.random() < plan.layout.marked_share:
        _mark_lanes(rng, canvas, whole, u, streets, sides)
    if rng.random() < plan.layout.railed_share:
        _lay_rails(rng, canvas, whole, streets)


def _mark_lanes(
    rng: np.random.Generator,
    canvas: Canvas,
    whole: Frame,
    u: np.ndarray,
    streets: _Band,
    sides: _Band,
) -> None:
    is_avenue = streets.half_width_m > AVENUE_HALF_M
    beside_m = np.abs(np.mod(streets.distance_m + LANES_M / 2, LANES_M) - LANES_M / 2)
    from_line_m = np.where(is_avenue, beside_m, streets.distance_m)
    dashes = (from_line_m < DASH_HALF_WIDTH_M) & _within(streets, -1.0)
    dashes &= np.mod(u, DASH_EVERY_M) < DASH_M
    dashes &= ~_within(sides, 4.0)
    beside_m = sides.distance_m - sides.half_width_m
    crossing = (beside_m > 2.0) & (beside_m < 5.0) & sides.is_open & _within(streets, -0.3)
    stripes = crossing & (np.mod(streets.distance_m, 1.0) < 0.5) & (rng.random() < 0.5)
    canvas.color(whole, dashes | stripes, IMPERVIOUS, ROAD_PAINT.mix(rng))


def _lay_rails(rng: np.random.Generator, canvas: Canvas, whole: Frame, streets: _Band) -> None:
    """Add two tram tracks along the middle of avenues, flush with the roadway."""
    from_track_m = np.abs(streets.distance_m - TRACK_M / 2)
    half_m = max(RAIL_M / 2, 0.3 * canvas.gsd_m)
    is_rail = np.abs(from_track_m - GAUGE_M / 2) < half_m
    is_rail &= _within(streets, -1.0) & (streets.half_width_m > AVENUE_HALF_M)
    canvas.color(whole, is_rail, IMPERVIOUS, RAIL.mix(rng))


def _repair(
    rng: np.random.Generator, canvas: Canvas, plan: StreetPlan, roadway: np.ndarray
) -> None:
    """Patch roadways with rectangles as large as cars, trenches and manholes, all of them flat."""
    source = NoiseSource(int(rng.integers(2**63)))
    share, tints = rng.uniform(0.2, 1.0), [choose(rng, REPAIRS) for _ in range(3)]
    box = canvas.box
    firsts = floor(box.left / PATCHED_M) - 1, floor(box.top / PATCHED_M) - 1
    lasts = ceil(box.right / PATCHED_M) + 1, ceil(box.bottom / PATCHED_M) + 1
    for column, row in product(range(firsts[0], lasts[0]), range(firsts[1], lasts[1])):
        here = source.child(column, row).generator()
        if here.random() > share:
            continue
        x, y = (np.array([column, row]) + here.random(2)) * PATCHED_M
        size_m = here.uniform(0.6, 6.0), here.uniform(0.5, 3.0)
        turn = plan.angle + pi / 2 * here.integers(2)
        frame, mask = canvas.rectangle(Place(float(x), float(y), turn), *size_m)
        paint = tints[here.integers(len(tints))]
        canvas.color(frame, mask & roadway[frame.window], IMPERVIOUS, paint)


def _band(lines: Lines, across: np.ndarray, crossings: np.ndarray, along: np.ndarray) -> _Band:
    middles = ((lines.positions[1:] + lines.positions[:-1]) / 2).astype(np.float32)
    nearest = np.searchsorted(middles, across)
    segment = np.searchsorted(crossings.astype(np.float32), along)
    distance = np.abs(across - lines.positions.astype(np.float32)[nearest])
    half_widths = lines.half_widths.astype(np.float32)[nearest]
    return _Band(distance, half_widths, lines.is_open[nearest, segment])


def _within(band: _Band, extra_m: float) -> np.ndarray:
    return band.is_open & (band.distance_m < band.half_width_m + np.float32(extra_m))
