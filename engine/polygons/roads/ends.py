# SPDX-License-Identifier: GPL-2.0-or-later
"""Ends of roads: a skeleton bends into a corner of the mask, while the road goes on straight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .network import Edge

if TYPE_CHECKING:
    from .network import Network
    from .pruning import RasterFrame

CUT_RADII = 1.3  # length of an end that is replaced, in radii
AHEAD_M = 12.0  # length of the road that gives the direction


def straighten_ends(network: Network, mask: np.ndarray, cell_m: float, frame: RasterFrame) -> None:
    """Replace the last radius of each free end by a straight line to the mask's border.

    Args:
        network: network, changed in place.
        mask: sealed ground, (h, w) bool.
        cell_m: edge of a cell in meters.
        frame: rectangle of the raster.
    """
    for node, number in tuple(network.free_ends()):
        edge = network.edges[number].outgoing(node)
        if edge.length_m < 5 * edge.radius_m or frame.is_near(network.positions[node]):
            continue
        cut_m = CUT_RADII * edge.radius_m
        near, far = (
            np.array([np.interp(at, edge.along_m, values) for values in edge.xy.T])
            for at in (cut_m, min(cut_m + AHEAD_M, 0.9 * edge.length_m))
        )
        direction = (near - far) / max(float(np.hypot(*(near - far))), 1e-9)
        reach_m = _reach(mask, near / cell_m, direction, (cut_m + 0.4 * edge.radius_m + 3) / cell_m)
        tip = near + direction * reach_m * cell_m
        kept = edge.along_m > cut_m
        radius_m = float(np.interp(cut_m, edge.along_m, edge.radii_m))
        network.positions[node] = tip
        network.replace(
            number,
            Edge(
                edge.first,
                edge.last,
                np.concatenate((tip[None], near[None], edge.xy[kept])),
                np.concatenate(([radius_m, radius_m], edge.radii_m[kept])),
            ),
        )


def _reach(mask: np.ndarray, start: np.ndarray, direction: np.ndarray, most: float) -> float:
    """Return how far a straight line stays in the mask, in cells."""
    steps = np.arange(1.0, most)
    cols, rows = np.floor(start + steps[:, None] * direction).astype(int).T
    height, width = mask.shape
    inside = (rows >= 0) & (rows < height) & (cols >= 0) & (cols < width)
    inside[inside] = mask[rows[inside], cols[inside]]
    return float(len(inside) if inside.all() else inside.argmin())
