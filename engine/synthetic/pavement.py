# SPDX-License-Identifier: GPL-2.0-or-later
"""Roadways, sidewalks, curbs and lane markings, painted from the street plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .codes import IMPERVIOUS
from .spectra import ASPHALT, PAVING, ROAD_PAINT, SIDEWALK, choose

if TYPE_CHECKING:
    from .canvas import Canvas, Frame
    from .streets import Lines, StreetPlan

CURB_M = 0.15
SIDEWALK_ABOVE_M = 0.12
DASH_M, DASH_EVERY_M, DASH_HALF_WIDTH_M = 3.0, 9.0, 0.08
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
    if rng.random() < plan.layout.marked_share:
        _mark_lanes(rng, canvas, whole, u, streets, sides)


def _mark_lanes(
    rng: np.random.Generator,
    canvas: Canvas,
    whole: Frame,
    u: np.ndarray,
    streets: _Band,
    sides: _Band,
) -> None:
    dashes = (streets.distance_m < DASH_HALF_WIDTH_M) & streets.is_open
    dashes &= np.mod(u, DASH_EVERY_M) < DASH_M
    dashes &= ~_within(sides, 4.0)
    beside_m = sides.distance_m - sides.half_width_m
    crossing = (beside_m > 2.0) & (beside_m < 5.0) & sides.is_open & _within(streets, -0.3)
    stripes = crossing & (np.mod(streets.distance_m, 1.0) < 0.5) & (rng.random() < 0.5)
    canvas.color(whole, dashes | stripes, IMPERVIOUS, ROAD_PAINT.mix(rng))


def _band(lines: Lines, across: np.ndarray, crossings: np.ndarray, along: np.ndarray) -> _Band:
    middles = ((lines.positions[1:] + lines.positions[:-1]) / 2).astype(np.float32)
    nearest = np.searchsorted(middles, across)
    segment = np.searchsorted(crossings.astype(np.float32), along)
    distance = np.abs(across - lines.positions.astype(np.float32)[nearest])
    half_widths = lines.half_widths.astype(np.float32)[nearest]
    return _Band(distance, half_widths, lines.is_open[nearest, segment])


def _within(band: _Band, extra_m: float) -> np.ndarray:
    return band.is_open & (band.distance_m < band.half_width_m + np.float32(extra_m))
