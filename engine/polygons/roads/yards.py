# SPDX-License-Identifier: GPL-2.0-or-later
"""Yards: edges of uneven width or many bends that the network does not need to hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .profile import profile_of
from .pruning import SpurLimits, prune_spurs

if TYPE_CHECKING:
    from .network import Edge, Network
    from .pruning import Frame


class YardLimits(NamedTuple):
    """Limits from which an edge is a yard.

    Args:
        variation: coefficient of variation of the radius that counts as 1.
        turning: turning of the direction in radians per 50 m that counts as 1.
        score: sum of both from which an edge is a yard.
        length_m: length from which an edge is a road in any case.
    """

    variation: float = 0.30
    turning: float = 2.2
    score: float = 1.35
    length_m: float = 170.0


def drop_yards(network: Network, frame: Frame, limits: YardLimits, spurs: SpurLimits) -> None:
    """Remove yards, the worst of touching ones first, until none is left."""
    while True:
        scores = _scores(network, frame, limits)
        worst = [number for number in scores if _is_worst(network, number, scores)]
        if not worst:
            return
        for number in worst:
            network.remove(number)
        network.join()
        prune_spurs(network, frame, spurs)


def _scores(network: Network, frame: Frame, limits: YardLimits) -> dict[int, float]:
    """Return the score of each yard."""
    bridges = network.bridges()
    scores = {}
    for number, edge in network.edges.items():
        is_free = any(
            network.degree(node) == 1 and not frame.is_near(network.positions[node])
            for node in (edge.first, edge.last)
        )
        if edge.length_m < limits.length_m and (is_free or number not in bridges):
            score = _unevenness(edge, limits)
            if score > limits.score:
                scores[number] = score
    return scores


def _is_worst(network: Network, number: int, scores: dict[int, float]) -> bool:
    """Return whether no yard that touches an edge has a higher score."""
    edge = network.edges[number]
    touching = (*network.at(edge.first), *network.at(edge.last))
    return all((scores[number], number) >= (scores[each], each) for each in touching if each in scores)


def _unevenness(edge: Edge, limits: YardLimits) -> float:
    """Return how little an edge looks like a road."""
    profile = profile_of(edge, 3.0)
    margin = round(0.08 * len(profile.radii_m) + edge.radius_m / profile.step_m)
    radii = profile.radii_m[margin : len(profile.radii_m) - margin]
    if len(radii) < 4:
        return 0.0
    headings = profile.headings[::5]
    turning = np.abs(np.diff(headings)).sum() / edge.length_m * 50
    return float(radii.std() / radii.mean() / limits.variation + turning / limits.turning)
