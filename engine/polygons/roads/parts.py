# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of an edge between two distances along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .network import Edge

if TYPE_CHECKING:
    from .network import Network


def position_at(edge: Edge, at_m: float) -> np.ndarray:
    """Return the position at a distance along an edge, (2,) float64."""
    return np.array([np.interp(at_m, edge.along_m, values) for values in edge.xy.T])


def add_part(network: Network, edge: Edge, from_m: float, to_m: float) -> int:
    """Add the part of a removed edge between two distances along it, and return its number.

    The part keeps the nodes of the edge where it reaches them, and gets new ones elsewhere.
    """
    inner = (edge.along_m > from_m) & (edge.along_m < to_m)
    at = np.concatenate(([from_m], edge.along_m[inner], [to_m]))
    xy = np.column_stack([np.interp(at, edge.along_m, values) for values in edge.xy.T])
    radii = np.interp(at, edge.along_m, edge.radii_m)
    first = edge.first if from_m <= 0 else network.add_node(xy[0])
    last = edge.last if to_m >= edge.length_m else network.add_node(xy[-1])
    return network.add(Edge(first, last, xy, radii))
