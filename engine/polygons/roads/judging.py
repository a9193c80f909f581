# SPDX-License-Identifier: GPL-2.0-or-later
"""Edges judged piece by piece: roads stay, and what runs through yards and lots goes.

A parking lot along a street widens the sealed ground on one side, and the skeleton strays into it.
The median of the whole edge hides that, or condemns the street with the lot. So every piece of
about 40 m gets a score of its own: a logistic model of whether it follows the axis of a road, from

- the length of its edge, and how straight the edge continues across its two nodes,
- the variation of the radius along the edge,
- the radius of the piece against that of a common road, and the bends of the piece.

The weights are a fit to generated towns, rounded. `bridging.py` draws the road through the gaps.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .parts import add_part, position_at
from .profile import profile_of

if TYPE_CHECKING:
    from .network import Edge, Network
    from .profile import Profile
    from .pruning import RasterFrame

PIECE_M = 40.0  # longest piece
SHORTEST_GAP_M = 10.0  # a shorter doubtful piece between two good ones stays
NODE_RADII = 1.3  # reach of a node in radii: crossings are wide, ends are narrow by themselves
NEAR_M, FAR_M = 6.0, 25.0  # part of an edge that gives its direction at a node


class RoadScore(NamedTuple):
    """Weights of the logistic score; above 0 a piece is more likely a road than not.

    Args:
        constant: score of a piece without any evidence.
        length: weight of the natural logarithm of the edge's length in meters, plus 1.
        variation: weight of the coefficient of variation of the edge's radius.
        turning: weight of the standard deviation of the piece's direction in radians.
        worse_continuation: weight of the cosine between the edge and its straightest continuation
            at the node where that is worse.
        better_continuation: the weight at the other node.
        wide: weight of ln(radius / common radius) of a piece that is wider.
        narrow: weight of ln(common radius / radius) of a piece that is narrower.
        common_radius_m: radius of a common road, with its sidewalks.
    """

    constant: float = -4.0
    length: float = 1.85
    variation: float = -6.2
    turning: float = -4.4
    worse_continuation: float = 1.0
    better_continuation: float = 1.2
    wide: float = -5.0
    narrow: float = -2.0
    common_radius_m: float = 5.1


def drop_doubtful_pieces(
    network: Network, frame: RasterFrame, weights: RoadScore, least_score: float = 0.0
) -> None:
    """Remove the pieces of edges whose score is below `least_score`."""
    doubtful = {
        number: _doubtful_samples(network, edge, frame, weights, least_score)
        for number, edge in network.edges.items()
    }
    for number, (profile, is_bad) in doubtful.items():
        if is_bad.any():
            _cut(network, number, profile, is_bad)


def _doubtful_samples(
    network: Network, edge: Edge, frame: RasterFrame, weights: RoadScore, least_score: float
) -> tuple[Profile, np.ndarray]:
    """Return the profile of an edge and which of its samples are no road, (n,) bool."""
    profile = profile_of(edge, 3.0)
    inner = _inner_samples(network, edge, profile)
    of_edge = _edge_score(network, edge, profile.radii_m[inner], frame, weights)
    count = max(1, round(edge.length_m / PIECE_M))
    limits = np.linspace(0, len(inner), count + 1).astype(int)
    is_bad = np.zeros(len(inner), bool)
    for first, last in pairwise(limits):
        chosen = np.arange(first, last)
        if inner[chosen].sum() > 3:
            chosen = chosen[inner[chosen]]
        score = of_edge + _piece_score(profile, chosen, weights)
        is_bad[first:last] = score < least_score
    return profile, is_bad


def _inner_samples(network: Network, edge: Edge, profile: Profile) -> np.ndarray:
    """Return the samples beyond the reach of the edge's nodes, (n,) bool."""
    inner = np.ones(len(profile.along_m), bool)
    for node, from_m, radius_m in (
        (edge.first, profile.along_m, edge.radii_m[0]),
        (edge.last, edge.length_m - profile.along_m, edge.radii_m[-1]),
    ):
        reach_m = NODE_RADII * (edge.radius_m if network.degree(node) == 1 else radius_m)
        inner &= from_m > reach_m
    return inner if inner.sum() > 3 else np.ones_like(inner)


def _edge_score(
    network: Network, edge: Edge, radii_m: np.ndarray, frame: RasterFrame, weights: RoadScore
) -> float:
    """Return the part of the score that all pieces of an edge share."""
    worse, better = sorted(
        _continuation(network, edge, node, frame) for node in (edge.first, edge.last)
    )
    return float(
        weights.constant
        + weights.length * np.log1p(edge.length_m)
        + weights.variation * radii_m.std() / radii_m.mean()
        + weights.worse_continuation * worse
        + weights.better_continuation * better
    )


def _piece_score(profile: Profile, chosen: np.ndarray, weights: RoadScore) -> float:
    """Return the part of the score of the samples `chosen`."""
    wider = float(np.log(max(np.median(profile.radii_m[chosen]), 0.5) / weights.common_radius_m))
    turning = min(float(profile.headings[chosen.clip(max=len(profile.headings) - 1)].std()), 1.0)
    return weights.turning * turning + (weights.wide if wider > 0 else -weights.narrow) * wider


def _continuation(network: Network, edge: Edge, node: int, frame: RasterFrame) -> float:
    """Return the cosine between an edge and its straightest continuation at a node.

    It is -1 at a free end, and 1 at the raster's edge, where the road may go on.
    """
    if network.degree(node) == 1:
        return 1.0 if frame.is_near(network.positions[node]) else -1.0
    here = _direction(edge.outgoing(node))
    others = [network.edges[number] for number in network.at(node)]
    return max(
        (-float(here @ _direction(each.outgoing(node))) for each in others if each is not edge),
        default=-1.0,
    )


def _direction(edge: Edge) -> np.ndarray:
    """Return the direction in which an edge leaves its first node, (2,)."""
    near = position_at(edge, min(NEAR_M, 0.3 * edge.length_m))
    way = position_at(edge, min(FAR_M, 0.9 * edge.length_m)) - near
    return way / max(float(np.hypot(*way)), 1e-9)


def _cut(network: Network, number: int, profile: Profile, is_bad: np.ndarray) -> None:
    """Replace an edge by its good pieces."""
    edge = network.remove(number)
    borders = np.flatnonzero(np.diff(is_bad)) + 1
    runs = list(zip([0, *borders], [*borders, len(is_bad)], strict=True))
    good = [[first, last] for first, last in runs if not is_bad[first]]
    joined: list[list[int]] = []
    for first, last in good:
        if joined and (first - joined[-1][1]) * profile.step_m < SHORTEST_GAP_M:
            joined[-1][1] = last
        else:
            joined.append([first, last])
    for first, last in joined:
        start_m = profile.along_m[first]
        end_m = edge.length_m if last == len(is_bad) else profile.along_m[last - 1]
        if end_m - start_m > 2 * profile.step_m:
            add_part(network, edge, start_m, end_m)
