# SPDX-License-Identifier: GPL-2.0-or-later
"""Straight walls between buildings that touch, each fitted once for both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .directed import allowed_angles, chain_of
from .directions import dominant_directions
from .dynamic_program import cut_chains
from .edges import fit_lines, intersections
from .moments import Moments
from .ring import CANDIDATES_M, CANDIDATES_PX
from .samples import Samples, simplified_chain, unit_edges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .dynamic_program import Cut
    from .settings import OutlineSettings

SAME_DIRECTION_DEG = 4  # of a wall and the outer wall that continues it
REACH_M = 1.5  # length by which a wall goes on beyond its pixels, to meet other walls
FARTHEST_M = 20.0  # largest distance of its end from the outline, which may be under a crown
BEYOND_M = 0.1  # length by which a wall crosses the outline
PRICE = 2.0  # factor of the price of an edge: steps of heights are rougher than outlines


class _Wall(NamedTuple):
    """A chain of pixel edges prepared for fitting.

    Args:
        points_m: midpoints of the edges in meters, (n, 2).
        candidates: ascending numbers of points where an edge may begin, with both ends 0 and n.
        moments: prefix moments of the points.
        is_at_outline: whether the start and the end are at the outline, not at other walls.
    """

    points_m: np.ndarray
    candidates: np.ndarray
    moments: Moments
    is_at_outline: tuple[bool, bool]


def fit_walls(
    chains: Sequence[np.ndarray],
    outline: shapely.Polygon,
    gsd_m: float,
    settings: OutlineSettings,
) -> list[np.ndarray]:
    """Return the straight lines of walls, which go a little beyond their pixels, in pixels.

    Args:
        chains: pixel edges of each wall, (k, 2) x and y.
        outline: fitted outline of all buildings together, in the same pixel space.
        gsd_m: edge of a pixel in meters.
        settings: prices of edges and distance of walls that are one line.
    """
    outline_m = shapely.transform(outline, lambda xy: xy * gsd_m)
    rings_m = [shapely.get_coordinates(ring) for ring in (outline_m.exterior, *outline_m.interiors)]
    angles = allowed_angles(dominant_directions(rings_m, 1.0))
    ends, uses = np.unique(
        np.concatenate([chain[[0, -1]] for chain in chains]), axis=0, return_counts=True
    )
    junctions = {tuple(end) for end in ends[uses > 1].tolist()}
    walls = [_prepare(chain, junctions, gsd_m) for chain in chains]
    price_m3 = PRICE * settings.edge_price_m3
    cuts = cut_chains(
        [
            chain_of(wall.moments.until(wall.candidates), angles, price_m3, settings)
            for wall in walls
        ]
    )
    sides_m = np.concatenate([np.stack((ring[:-1], ring[1:]), axis=1) for ring in rings_m])
    return [
        _lines_of(wall, cut, angles, sides_m, settings) / gsd_m
        for wall, cut in zip(walls, cuts, strict=True)
    ]


def _prepare(chain: np.ndarray, junctions: set[tuple[float, ...]], gsd_m: float) -> _Wall:
    midpoints, _ = unit_edges(chain)
    points_m = midpoints * gsd_m
    count = len(points_m)
    inner = simplified_chain(points_m, max(CANDIDATES_M, CANDIDATES_PX * gsd_m)) if count > 1 else 0
    candidates = np.union1d(inner, [0, count])
    if len(candidates) > 2:
        candidates = np.setdiff1d(candidates, [count - 1])
    steps_m = np.linalg.norm(np.gradient(points_m, axis=0), axis=1) if count > 1 else [gsd_m]
    nowhere = np.zeros(count, bool)
    samples = Samples(points_m, np.asarray(steps_m), nowhere, nowhere)
    start, end = (tuple(corner) not in junctions for corner in chain[[0, -1]].tolist())
    return _Wall(points_m, candidates, Moments.of(samples, 1.0), (start, end))


def _lines_of(
    wall: _Wall, cut: Cut, allowed_deg: np.ndarray, sides_m: np.ndarray, settings: OutlineSettings
) -> np.ndarray:
    """Return the corners of a wall in meters, both ends at or beyond the outline, (e + 1, 2).

    An end that continues an outer wall takes that wall's line and begins at its corner.
    """
    places = wall.candidates[cut.breaks]
    angles, means_m = fit_lines(wall.moments, places[:-1], places[1:], cut.states, allowed_deg)
    ends_m = wall.points_m[[0, -1]]
    sides = [
        _continuing_side(angles[edge], means_m[edge], end_m, sides_m, settings)
        for edge, end_m in zip((0, -1), ends_m, strict=True)
    ]
    for edge, side in zip((0, -1), sides, strict=True):
        if side is not None:
            angles[edge], means_m[edge] = _angle(side), side[1]
    inner = intersections(angles, means_m, wall.points_m[places[1:-1] - 1])
    along = np.column_stack((np.cos(np.radians(angles)), np.sin(np.radians(angles))))
    corners_m = np.vstack((ends_m[0], inner, ends_m[1]))
    for edge in (0, -1):
        off = corners_m[edge] - means_m[edge]
        corners_m[edge] = means_m[edge] + along[edge] * (off @ along[edge])
    for edge, neighbor, side in zip((0, -1), (1, -2), sides, strict=True):
        if side is not None:
            corners_m[edge] = side[1]
            continue
        way = along[edge] * np.sign((corners_m[edge] - corners_m[neighbor]) @ along[edge] or 1)
        reaches = wall.is_at_outline[edge]
        corners_m[edge] += way * (_way_to(sides_m, corners_m[edge], way) if reaches else REACH_M)
    return corners_m


def _angle(side_m: np.ndarray) -> float:
    """Return the direction of a side in degrees."""
    x, y = side_m[1] - side_m[0]
    return float(np.degrees(np.arctan2(y, x)))


def _way_to(sides_m: np.ndarray, end_m: np.ndarray, way: np.ndarray) -> float:
    """Return the length to go from the end of a wall to cross a side; `REACH_M` without one."""
    start_m = end_m - BEYOND_M * way
    ray = shapely.LineString([start_m, start_m + way * FARTHEST_M])
    crossings = shapely.get_coordinates(shapely.intersection(shapely.linestrings(sides_m), ray))
    if not len(crossings):
        return REACH_M
    return float(((crossings - end_m) @ way).min()) + BEYOND_M


def _continuing_side(
    angle: float,
    mean_m: np.ndarray,
    end_m: np.ndarray,
    sides_m: np.ndarray,
    settings: OutlineSettings,
) -> np.ndarray | None:
    """Return the outer wall that a wall continues, its corner at the wall last, (2, 2).

    Args:
        angle: direction of the wall in degrees.
        mean_m: a point of the wall.
        end_m: end of the wall at the outline.
        sides_m: sides of the outline, (s, 2, 2).
        settings: distance of walls that are one line.

    Returns:
        The side with the least offset from the wall; nothing if none is near enough.
    """
    spans = sides_m[:, 1] - sides_m[:, 0]
    angles = np.degrees(np.arctan2(spans[:, 1], spans[:, 0]))
    off = np.abs((angles - angle + 90) % 180 - 90)
    lengths = np.maximum(np.hypot(spans[:, 0], spans[:, 1]), 1e-9)
    across = np.column_stack((-spans[:, 1], spans[:, 0])) / lengths[:, None]
    offset = np.abs(((mean_m - sides_m[:, 0]) * across).sum(axis=1))
    away = np.linalg.norm(sides_m - end_m, axis=2)
    is_same_line = (off < SAME_DIRECTION_DEG) & (offset < settings.shared_wall_m)
    found = np.flatnonzero(is_same_line & (away.min(axis=1) < REACH_M))
    if not len(found):
        return None
    best = found[offset[found].argmin()]
    return sides_m[best][::-1] if away[best, 0] < away[best, 1] else sides_m[best]
