# SPDX-License-Identifier: GPL-2.0-or-later
"""Pieces of edges on ground that is wider than the road that leads there, as a lot beside it.

There the skeleton strays from the axis of the road. The pieces go, and `bridging.py` draws the road
straight on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage

from .parts import add_part
from .profile import profile_of

if TYPE_CHECKING:
    from .network import Edge, Network


class WideLimits(NamedTuple):
    """Limits of wide ground.

    Args:
        usual_share: quantile of the radii of an edge that is its usual radius.
        factor: radius relative to the usual one from which ground is wide.
        more_m: radius above that product from which ground is wide.
        most_radius_m: radius from which ground is wide in any case.
        shortest_m: length of the shortest wide piece; a shorter one is a bay or a corner.
        shortest_left_m: length of the shortest piece that is left beside a wide one.
        node_radii: reach of a crossing in radii, where ground is wide by itself.
    """

    usual_share: float = 0.35
    factor: float = 1.5
    more_m: float = 1.0
    most_radius_m: float = 9.5
    shortest_m: float = 20.0
    shortest_left_m: float = 12.0
    node_radii: float = 1.5


def cut_wide_pieces(network: Network, limits: WideLimits) -> None:
    """Remove the wide pieces of edges, and what is too short between two of them."""
    for number, edge in tuple(network.edges.items()):
        is_wide = _wide_samples(network, edge, limits)
        if is_wide.any():
            _cut(network, number, is_wide, limits)


def _wide_samples(network: Network, edge: Edge, limits: WideLimits) -> np.ndarray:
    """Return which samples of an edge's profile are on wide ground, (n,) bool."""
    profile = profile_of(edge, 3.0)
    radii = profile.radii_m
    usual = np.quantile(radii, limits.usual_share)
    is_wide = radii > min(limits.factor * usual + limits.more_m, limits.most_radius_m)
    for node, from_m in (
        (edge.first, profile.along_m),
        (edge.last, edge.length_m - profile.along_m),
    ):
        # A lot at a crossing is wide beyond the crossing too, so the usual radius counts here.
        if network.degree(node) > 2 and usual < limits.most_radius_m:
            is_wide &= from_m > limits.node_radii * usual
    runs, _ = ndimage.label(is_wide)
    is_long = np.bincount(runs) * profile.step_m >= limits.shortest_m
    is_long[0] = False
    return is_long[runs]


def _cut(network: Network, number: int, is_wide: np.ndarray, limits: WideLimits) -> None:
    """Replace an edge by its pieces that are not wide."""
    edge = network.remove(number)
    along = np.linspace(0, edge.length_m, len(is_wide))
    pieces, count = ndimage.label(~is_wide)
    for piece in range(1, count + 1):
        samples = np.flatnonzero(pieces == piece)
        start_m, end_m = along[samples[0]], along[samples[-1]]
        if end_m - start_m >= limits.shortest_left_m:
            add_part(network, edge, start_m, end_m)
