# SPDX-License-Identifier: GPL-2.0-or-later
"""Edges judged piece by piece: where one runs through a lot or a yard, that piece goes.

A parking lot along a street widens the sealed ground on one side, and the skeleton strays into it.
The median of the whole edge hides that, or condemns the street with the lot. So each sample is
judged by its surroundings along the edge: by its radius against the usual one of the edge, by how
much the radius varies and by how much the direction does. `bridging.py` draws the street through
the gap that is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from .profile import profile_of

if TYPE_CHECKING:
    from .network import Edge, Network
    from .profile import Profile


class PieceLimits(NamedTuple):
    """Limits of a piece of road.

    Args:
        window_m: length of the surroundings of a sample along the edge.
        usual_share: quantile of the radii of an edge that is its usual radius.
        wide_factor: radius relative to the usual one from which ground is wide.
        wide_more_m: radius above that product from which ground is wide.
        variation: coefficient of variation of the radius that counts as 1.
        turning: standard deviation of the direction in radians that counts as 1.
        score: sum of both from which a sample is no road.
        shortest_gap_m: length of the shortest piece that is removed.
        shortest_piece_m: length of the shortest piece that is kept between two gaps.
        junction_radii: reach of a junction, where ground is wide by itself, in radii.
    """

    window_m: float = 30.0
    usual_share: float = 0.35
    wide_factor: float = 1.3
    wide_more_m: float = 0.8
    variation: float = 0.28
    turning: float = 0.5
    score: float = 1.2
    shortest_gap_m: float = 15.0
    shortest_piece_m: float = 18.0
    junction_radii: float = 1.3


def cut_pieces(network: Network, most_radius_m: float, limits: PieceLimits) -> None:
    """Remove the pieces of edges that are no roads, and those that are left too short."""
    for number in tuple(network.edges):
        edge = network.edges[number]
        bad = _bad_samples(network, edge, most_radius_m, limits)
        if bad.any():
            _cut(network, number, bad, limits)


def _bad_samples(
    network: Network, edge: Edge, most_radius_m: float, limits: PieceLimits
) -> np.ndarray:
    """Return which samples of an edge's profile are no road, (n,) bool."""
    profile = profile_of(edge, 3.0)
    radii, along = profile.radii_m, profile.along_m
    is_free = np.ones(len(radii), bool)
    if network.degree(edge.first) > 2:
        is_free &= along > limits.junction_radii * radii[0]
    if network.degree(edge.last) > 2:
        is_free &= along < along[-1] - limits.junction_radii * radii[-1]
    if is_free.sum() < 3:
        return np.zeros(len(radii), bool)
    usual = np.quantile(radii[is_free], limits.usual_share)
    wide = radii > min(limits.wide_factor * usual + limits.wide_more_m, most_radius_m)
    bad = wide | (_score(profile, is_free, limits) > limits.score)
    return _runs_kept(bad & is_free, limits.shortest_gap_m / profile.step_m)


def _score(profile: Profile, is_free: np.ndarray, limits: PieceLimits) -> np.ndarray:
    """Return how little each sample's surroundings look like a road, (n,) float64."""
    size = max(3, round(limits.window_m / profile.step_m))
    weight = is_free.astype(float)
    mean, deviation = _local(profile.radii_m, weight, size)
    headings = np.append(profile.headings, profile.headings[-1])
    _, turning = _local(headings, weight, size)
    return deviation / mean / limits.variation + turning / limits.turning


def _local(values: np.ndarray, weight: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted mean and standard deviation about each sample."""
    total, first, second = (
        ndimage.uniform_filter1d(weight * values**power, size, mode="constant") for power in range(3)
    )
    total = np.maximum(total, 1e-9)
    mean = first / total
    return np.maximum(mean, 1e-9), np.sqrt(np.maximum(second / total - mean**2, 0))


def _runs_kept(bad: np.ndarray, least: float) -> np.ndarray:
    """Return the mask without runs of fewer samples than `least`."""
    runs, _ = ndimage.label(bad)
    kept = np.bincount(runs) >= least
    kept[0] = False
    return kept[runs]


def _cut(network: Network, number: int, bad: np.ndarray, limits: PieceLimits) -> None:
    """Replace an edge by its good pieces."""
    edge = network.remove(number)
    good, count = ndimage.label(~bad)
    along = np.linspace(0, edge.length_m, len(bad))
    for piece in range(1, count + 1):
        samples = np.flatnonzero(good == piece)
        first, last = samples[0], samples[-1]
        is_inner = first > 0 and last < len(bad) - 1
        length_m = along[last] - along[first]
        if length_m < (limits.shortest_piece_m if is_inner else 2.0):
            continue
        add_part(network, edge, along[first], along[last])


def add_part(network: Network, edge: Edge, from_m: float, to_m: float) -> int:
    """Add the part of a removed edge between two distances along it, and return its number."""
    inner = (edge.along_m > from_m) & (edge.along_m < to_m)
    at = np.concatenate(([from_m], edge.along_m[inner], [to_m]))
    xy = np.column_stack([np.interp(at, edge.along_m, values) for values in edge.xy.T])
    radii = np.interp(at, edge.along_m, edge.radii_m)
    first = edge.first if from_m <= 0 else network.add_node(xy[0])
    last = edge.last if to_m >= edge.length_m else network.add_node(xy[-1])
    return network.add(type(edge)(first, last, xy, radii))
