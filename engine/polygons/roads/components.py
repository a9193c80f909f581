# SPDX-License-Identifier: GPL-2.0-or-later
"""Connected parts of a network that are too short, wide or uneven for roads."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from .network import Edge, Network
    from .pruning import RasterFrame


class PartLimits(NamedTuple):
    """Limits of a connected part of the network.

    Args:
        length_m: least length of all of its edges.
        length_at_frame_m: least length if the part reaches the raster's edge, where it may go on.
        span_m: least diagonal of its bounding box, unless it reaches the raster's edge.
        length_in_widths: least length in widths.
        variation: largest coefficient of variation of the radius of a short part.
        short_m: length below which a part is short.
    """

    length_m: float = 45.0
    length_at_frame_m: float = 15.0
    span_m: float = 60.0
    length_in_widths: float = 5.0
    variation: float = 0.45
    short_m: float = 120.0


def drop_small_parts(network: Network, frame: RasterFrame, limits: PartLimits) -> None:
    """Remove the connected parts that are no roads."""
    for numbers in network.components():
        edges = [network.edges[number] for number in numbers]
        if not _is_road(network, edges, frame, limits):
            for number in numbers:
                network.remove(number)


def _is_road(network: Network, edges: list[Edge], frame: RasterFrame, limits: PartLimits) -> bool:
    lengths = np.array([edge.length_m for edge in edges])
    radii = np.concatenate([edge.radii_m for edge in edges])
    radius_m = np.average([edge.radius_m for edge in edges], weights=lengths + 1e-9)
    xy = np.concatenate([edge.xy for edge in edges])
    nodes = {node for edge in edges for node in (edge.first, edge.last)}
    is_at_frame = any(frame.is_near(network.positions[node]) for node in nodes)
    total_m = lengths.sum()
    least_m = limits.length_at_frame_m if is_at_frame else limits.length_m
    is_uneven = radii.std() / max(radii.mean(), 1e-6) > limits.variation
    is_wide_enough_apart = is_at_frame or np.hypot(*np.ptp(xy, axis=0)) >= limits.span_m
    return bool(
        total_m >= max(least_m, limits.length_in_widths * 2 * radius_m)
        and not (is_uneven and total_m < limits.short_m)
        and is_wide_enough_apart
    )
