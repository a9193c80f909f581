# SPDX-License-Identifier: GPL-2.0-or-later
"""Outlines of few straight edges, fitted to the rings of many buildings at once.

The first cut of a ring starts at its farthest candidate. It shows how rough the outline is and
which way its walls run, so the second cut has a fitting price and a refined direction. It starts
in the middle of the longest edge, whose halves are joined afterward. A cut that starts at a
corner could leave out the edge beside it, as nothing ties its last edge to its first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .directed import allowed_angles, chain_of
from .directions import turn
from .dynamic_program import cut_chains
from .edges import corners_of, distances_m, fit_edges
from .moments import best_angle_deg, least_squared_distance, mean_and_scatter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .edges import WallEdges
    from .ring import Ring
    from .settings import OutlineSettings

LARGEST_TURN_DEG = 6  # edges that are farther off do not refine the main direction
FEWEST_SAMPLES = 8  # of an edge that refines it
LEAST_PRICE_FACTOR = 0.3  # of an outline as smooth as pixels can be


class Task(NamedTuple):
    """The rings of one building and what their edges may be.

    Args:
        rings: outer ring first, then the courtyards.
        directions: dominant angles in degrees, the main one first.
        price_m3: price of an edge in a main direction.
        starts: number of the sample of each ring where its cut begins.
    """

    rings: tuple[Ring, ...]
    directions: tuple[float, ...]
    price_m3: float
    starts: tuple[int, ...]


class FittedRing(NamedTuple):
    """A ring of straight edges.

    Args:
        edges: edges, in order.
        corners_m: corners in meters from the patch's upper left corner, (e, 2).
        distances_m: distance of each sample from its edge, (n,).
    """

    edges: WallEdges
    corners_m: np.ndarray
    distances_m: np.ndarray


Fit = tuple[FittedRing, ...] | None  # of all rings of a building; nothing if one has no area


def fit_tasks(tasks: Sequence[Task], settings: OutlineSettings) -> list[Fit]:
    """Return the cheapest straight edges for each task."""
    allowed = [allowed_angles(task.directions) for task in tasks]
    chains = [
        chain_of(ring.moments.until(ring.places_from(start)), angles, task.price_m3, settings)
        for task, angles in zip(tasks, allowed, strict=True)
        for ring, start in zip(task.rings, task.starts, strict=True)
    ]
    cuts = iter(cut_chains(chains))
    fits: list[Fit] = []
    for task, angles in zip(tasks, allowed, strict=True):
        edges = [
            fit_edges(ring, start, next(cuts), angles)
            for ring, start in zip(task.rings, task.starts, strict=True)
        ]
        fits.append(_fit_of(task.rings, edges))
    return fits


def _fit_of(rings: Sequence[Ring], edges: Sequence[WallEdges | None]) -> Fit:
    """Return the rings with corners and distances."""
    fitted = []
    for ring, of_ring in zip(rings, edges, strict=True):
        if of_ring is None:
            return None
        corners_m = corners_of(of_ring, ring)
        fitted.append(FittedRing(of_ring, corners_m, distances_m(of_ring, corners_m, ring)))
    return tuple(fitted)


def refined(task: Task, fit: Fit, settings: OutlineSettings) -> Task:
    """Return the task of the second cut: direction, price and start as the first one shows."""
    if fit is None:
        return task
    factor = residual_m(task.rings, fit) / settings.usual_residual_m
    return Task(
        task.rings,
        (_refined_angle(task, fit), *task.directions[1:]),
        task.price_m3 * min(max(factor, LEAST_PRICE_FACTOR), 1.0),
        tuple(_within_longest(each) for each in fit),
    )


def residual_m(rings: Sequence[Ring], fit: tuple[FittedRing, ...]) -> float:
    """Return the typical distance of the visible outline from its edges, robust to wings."""
    visible = [
        each.distances_m[~(ring.samples.is_hidden | ring.samples.is_beyond)]
        for ring, each in zip(rings, fit, strict=True)
    ]
    distances = np.concatenate(visible)
    return 1.4826 * float(np.median(distances)) if len(distances) else 0.0


def _refined_angle(task: Task, fit: tuple[FittedRing, ...]) -> float:
    """Return the main direction as the edges' own best directions show it."""
    turned = total = 0.0
    for ring, each in zip(task.rings, fit, strict=True):
        edges = each.edges
        is_long = (edges.states < 2) & (edges.beyond - edges.first >= FEWEST_SAMPLES)
        inner = ring.moments.between(edges.first[is_long] + 2, edges.beyond[is_long] - 2)
        _, scatter = mean_and_scatter(inner)
        off = turn(best_angle_deg(scatter), task.directions[0])
        # The larger second moment grows with the cube of the length.
        weight = scatter[:, 0] + scatter[:, 2] - least_squared_distance(scatter)
        weight = np.where(np.abs(off) < LARGEST_TURN_DEG, weight, 0)
        turned, total = turned + float(off @ weight), total + float(weight.sum())
    return task.directions[0] + (turned / total if total else 0.0)


def _within_longest(fitted: FittedRing) -> int:
    """Return the number of the sample in the middle of the longest edge."""
    edges = fitted.edges
    longest = int((edges.beyond - edges.first).argmax())
    middle = (edges.first[longest] + edges.beyond[longest]) // 2
    return int(middle) % len(fitted.distances_m)
