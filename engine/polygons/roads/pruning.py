# SPDX-License-Identifier: GPL-2.0-or-later
"""Spurs: short free ends that a skeleton has in corners and bays of a road."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from .network import Edge, Network


class RasterFrame(NamedTuple):
    """Rectangle of the raster, in meters.

    Args:
        width_m: width.
        height_m: height.
    """

    width_m: float
    height_m: float

    def is_near(self, xy: np.ndarray, margin_m: float = 3.0) -> bool:
        """Return whether a position is at the edge of the raster, where a road may go on."""
        x, y = xy
        return min(x, y) < margin_m or x > self.width_m - margin_m or y > self.height_m - margin_m


class SpurLimits(NamedTuple):
    """Limits below which a free end is a spur.

    Args:
        length_in_radii: length in local radii of the road that it leaves.
        length_m: length.
        narrow_share: radius relative to the road that it leaves, below which the end is narrow.
        narrow_length_m: length of a narrow end.
    """

    length_in_radii: float = 1.6
    length_m: float = 6.0
    narrow_share: float = 0.65
    narrow_length_m: float = 18.0


def prune_spurs(network: Network, frame: RasterFrame, limits: SpurLimits) -> None:
    """Remove spurs, at each node the shortest first, until none is left."""
    while True:
        shortest: dict[int, tuple[float, int]] = {}
        for tip, number in tuple(network.free_ends()):
            edge = network.edges[number]
            root = edge.other(tip)
            if network.degree(root) < 2 or frame.is_near(network.positions[tip]):
                continue
            if _is_spur(network, root, number, edge, limits):
                key = (edge.length_m, number)
                shortest[root] = min(shortest.get(root, key), key)
        if not shortest:
            return
        for _, number in shortest.values():
            network.remove(number)
        network.join()


def _is_spur(network: Network, root: int, number: int, edge: Edge, limits: SpurLimits) -> bool:
    others = [network.edges[each] for each in network.at(root) if each != number]
    at_root_m = max(each.outgoing(root).radii_m[0] for each in others)
    widest_m = max(each.radius_m for each in others)
    is_narrow = edge.radius_m < limits.narrow_share * widest_m
    return edge.length_m < max(limits.length_m, limits.length_in_radii * at_root_m) or (
        is_narrow and edge.length_m < limits.narrow_length_m
    )
