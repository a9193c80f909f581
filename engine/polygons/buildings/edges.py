# SPDX-License-Identifier: GPL-2.0-or-later
"""Straight edges of a ring: their lines by least squares, their corners, their distances."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .dynamic_program import FREE
from .moments import best_angle_deg, mean_and_scatter

if TYPE_CHECKING:
    from .dynamic_program import Cut
    from .moments import Moments
    from .ring import Ring

FLATTEST_DEG = 15  # lines that meet at a smaller angle have no certain intersection


class WallEdges(NamedTuple):
    """The straight edges of a closed ring, in order.

    Args:
        first: number of the first sample of each edge, (e,), below n.
        beyond: number after the last sample, (e,), up to 2 n.
        states: direction of each edge as in the dynamic program, (e,).
        angles: directions in degrees, (e,).
        means_m: a point of each line, (e, 2).
    """

    first: np.ndarray
    beyond: np.ndarray
    states: np.ndarray
    angles: np.ndarray
    means_m: np.ndarray


def fit_edges(ring: Ring, start: int, cut: Cut, allowed_deg: np.ndarray) -> WallEdges | None:
    """Return the edges of a ring that was cut; nothing if they enclose no area.

    Args:
        ring: ring that was cut.
        start: number of the sample where the cut begins.
        cut: cheapest cut.
        allowed_deg: directions of the fixed states, (6,).
    """
    count = len(ring.samples.points_m)
    places = ring.places_from(start)[cut.breaks]
    first, beyond, states = places[:-1], places[1:], cut.states
    if len(states) > 1 and states[0] == states[-1] != FREE:
        # The start was no corner but within this edge.
        first, states = first[1:], states[1:]
        beyond = np.append(beyond[1:-1], beyond[0] + count)
    if len(states) < 3:
        return None
    rounds = first // count
    first, beyond = first - rounds * count, beyond - rounds * count
    angles, means_m = fit_lines(ring.moments, first, beyond, states, allowed_deg)
    return WallEdges(first, beyond, states, angles, means_m)


def fit_lines(
    moments: Moments,
    first: np.ndarray,
    beyond: np.ndarray,
    states: np.ndarray,
    allowed_deg: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the angle and a point of the best line of each stretch of samples, in degrees."""
    means_m, scatter = mean_and_scatter(moments.between(first, beyond))
    fixed = allowed_deg[np.minimum(states, FREE - 1)]
    angles = np.where(states == FREE, best_angle_deg(scatter), fixed)
    return angles, means_m + moments.center_m


def intersections(angles: np.ndarray, means_m: np.ndarray, breaks_m: np.ndarray) -> np.ndarray:
    """Return the points where successive lines meet, (e - 1, 2).

    Args:
        angles: directions in degrees, (e,).
        means_m: a point of each line, (e, 2).
        breaks_m: places of the outline between successive edges, (e - 1, 2).
    """
    along = np.column_stack((np.cos(np.radians(angles)), np.sin(np.radians(angles))))
    one, other = along[:-1], along[1:]
    sine = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    is_certain = np.abs(sine) > np.sin(np.radians(FLATTEST_DEG))
    apart = means_m[1:] - means_m[:-1]
    way = (apart[:, 0] * other[:, 1] - apart[:, 1] * other[:, 0]) / np.where(is_certain, sine, 1)
    crossings = means_m[:-1] + way[:, None] * one
    feet = sum(
        mean + direction * ((breaks_m - mean) * direction).sum(axis=1, keepdims=True)
        for mean, direction in ((means_m[:-1], one), (means_m[1:], other))
    )
    return np.where(is_certain[:, None], crossings, feet / 2)


def corners_of(edges: WallEdges, ring: Ring) -> np.ndarray:
    """Return the corner at the end of each edge, (e, 2) in meters."""
    breaks = ring.samples.points_m[(edges.beyond - 1) % len(ring.samples.points_m)]
    closed = np.append(np.arange(len(edges.angles)), 0)
    return intersections(edges.angles[closed], edges.means_m[closed], breaks)


def distances_m(edges: WallEdges, corners_m: np.ndarray, ring: Ring) -> np.ndarray:
    """Return the distance of each sample from its own edge between two corners, (n,)."""
    lengths = edges.beyond - edges.first
    count = len(ring.samples.points_m)
    number = (edges.first[0] + np.arange(count)) % count
    from_m = np.repeat(np.roll(corners_m, 1, axis=0), lengths, axis=0)
    span_m = np.repeat(corners_m, lengths, axis=0) - from_m
    away = ring.samples.points_m[number] - from_m
    squared = np.maximum((span_m**2).sum(axis=1), 1e-12)
    share = np.clip((away * span_m).sum(axis=1) / squared, 0, 1)
    left = away - share[:, None] * span_m
    distances = np.empty(count)
    distances[number] = np.hypot(left[:, 0], left[:, 1])
    return distances
