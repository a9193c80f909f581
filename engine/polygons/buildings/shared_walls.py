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
    rings_m = [
        shapely.get_coordinates(ring) for ring in (outline_m.exterior, *outline_m.interiors)
    ]
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


def _prepare(
    chain: np.ndarray, junctions: set[tuple[float, ...]], gsd_m: float
) -> _Wall:
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
    """Return the corners of a wall in meters, with both ends extended, (e + 1, 2)."""
    places = wall.candidates[cut.breaks]
    angles, means_m = fit_lines(wall.moments, places[:-1], places[1:], cut.states, allowed_deg)
    ends_m = wall.points_m[[0, -1]]
    for edge, end_m in zip((0, -1), ends_m, strict=True):
        side = _continuing_side(angles[edge], means_m[edge], end_m, sides_m, settings)
        if side is not None:
            angles[edge], means_m[edge] = side
    inner = intersections(angles, means_m, wall.points_m[places[1:-1] - 1])
    along = np.column_stack((np.cos(np.radians(angles)), np.sin(np.radians(angles))))
    start, end = (
        means_m[edge] + along[edge] * ((ends_m[edge] - means_m[edge]) @ along[edge])
        for edge in (0, -1)
    )
    corners = np.vstack((start, inner, end))
    return _extended(corners, along, wall.is_at_outline, sides_m)


def _extended(
    corners_m: np.ndarray,
    along: np.ndarray,
    is_at_outline: tuple[bool, bool],
    sides_m: np.ndarray,
) -> np.ndarray:
    """Return a chain whose first and last edge go on, up to the outline if they end there."""
    corners_m = corners_m.copy()
    for end, neighbor, way, reaches in zip(
        (0, -1), (1, -2), along[[0, -1]], is_at_outline, strict=True
    ):
        outward = way if (corners_m[end] - corners_m[neighbor]) @ way >= 0 else -way
        length_m = REACH_M
        if reaches:
            length_m = _way_to(sides_m, corners_m[end] - outward * BEYOND_M, outward)
        corners_m[end] += outward * length_m
    return corners_m


def _way_to(sides_m: np.ndarray, start_m: np.ndarray, way: np.ndarray) -> float:
    """Return the length to go from a point to cross a side, `REACH_M` if there is none."""
    ray = shapely.LineString([start_m, start_m + way * FARTHEST_M])
    crossings = shapely.get_coordinates(shapely.intersection(shapely.linestrings(sides_m), ray))
    if not len(crossings):
        return REACH_M
    return float(((crossings - start_m) @ way).min()) + BEYOND_M


def _continuing_side(
    angle: float,
    mean_m: np.ndarray,
    end_m: np.ndarray,
    sides_m: np.ndarray,
    settings: OutlineSettings,
) -> tuple[float, np.ndarray] | None:
    """Return angle and place of the outer wall that continues a wall; nothing without one.

    Args:
        angle: direction of the wall in degrees.
        mean_m: a point of the wall.
        end_m: end of the wall at the outline.
        sides_m: sides of the outline, (s, 2, 2).
        settings: distance of walls that are one line.
    """
    spans = sides_m[:, 1] - sides_m[:, 0]
    angles = np.degrees(np.arctan2(spans[:, 1], spans[:, 0]))
    off = np.abs((angles - angle + 90) % 180 - 90)
    lengths = np.maximum(np.hypot(spans[:, 0], spans[:, 1]), 1e-9)
    across = np.column_stack((-spans[:, 1], spans[:, 0])) / lengths[:, None]
    offset = np.abs(((mean_m - sides_m[:, 0]) * across).sum(axis=1))
    is_near = shapely.distance(shapely.linestrings(sides_m), shapely.Point(end_m)) < REACH_M
    fits = np.flatnonzero((off < SAME_DIRECTION_DEG) & (offset < settings.shared_wall_m) & is_near)
    if not len(fits):
        return None
    best = fits[offset[fits].argmin()]
    return float(angles[best]), sides_m[best].mean(axis=0)
