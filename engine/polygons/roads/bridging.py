# SPDX-License-Identifier: GPL-2.0-or-later
"""Gaps between free ends: below crowns, and where a road runs through a lot.

An end continues straight on to an end that faces it, to the side of a road, or to the raster's
edge, as long as the ground below may be sealed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from .network import Edge
from .parts import add_part

if TYPE_CHECKING:
    from .network import Network
    from .pruning import RasterFrame


class BridgeLimits(NamedTuple):
    """Limits of a bridge over a gap.

    Args:
        length_m: length of the longest bridge between two ends.
        side_length_m: length of the longest bridge from an end to the side of a road.
        angle_deg: largest angle between an end and its bridge.
        radius_ratio: largest ratio of the radii of two ends.
        passable_share: least share of a bridge on ground that may be sealed.
        ahead_m: length of an edge that gives the direction of its end.
    """

    length_m: float = 80.0
    side_length_m: float = 25.0
    angle_deg: float = 20.0
    radius_ratio: float = 2.0
    passable_share: float = 0.95
    ahead_m: float = 25.0


class PassableGround(NamedTuple):
    """Ground where a road may be.

    Args:
        cells: whether each cell may be road, (h, w) bool.
        cell_m: edge of a cell in meters.
    """

    cells: np.ndarray
    cell_m: float

    def share(self, start: np.ndarray, end: np.ndarray) -> float:
        """Return the share of a straight line on passable ground."""
        samples = max(3, int(np.hypot(*(end - start)) / self.cell_m))
        xy = start + np.linspace(0, 1, samples)[:, None] * (end - start)
        cols, rows = (xy / self.cell_m).astype(int).T
        height, width = self.cells.shape
        return float(self.cells[np.clip(rows, 0, height - 1), np.clip(cols, 0, width - 1)].mean())


class _End(NamedTuple):
    """A free end of an edge.

    Args:
        node: node at the end.
        edge: number of the edge.
        xy: position from which the road goes on, in meters, (2,).
        direction: unit vector out of the edge, (2,).
        radius_m: radius of the edge.
        back_m: length of the edge beyond `xy`, which the skeleton bent into a corner.
    """

    node: int
    edge: int
    xy: np.ndarray
    direction: np.ndarray
    radius_m: float
    back_m: float


class _Bridge(NamedTuple):
    cost: float
    start: _End
    end: _End | None  # None: the side of an edge or the raster's edge
    xy: np.ndarray
    edge: int  # number of the edge that is met at its side, or -1


def bridge_gaps(
    network: Network, ground: PassableGround, frame: RasterFrame, limits: BridgeLimits
) -> int:
    """Add the bridges, the best first and one per end, and return their number."""
    ends = [_end(network, node, number, limits) for node, number in network.free_ends()]
    ends = [each for each in ends if not frame.is_near(network.positions[each.node])]
    bridges = [
        *_between_ends(ends, ground, limits),
        *_to_sides(network, ends, ground, frame, limits),
    ]
    used: set[int] = set()
    parts: dict[int, list[int]] = {}
    count = 0
    for bridge in sorted(bridges, key=lambda each: (each.cost, each.start.node)):
        nodes = {bridge.start.node} | ({bridge.end.node} if bridge.end else set())
        if used.isdisjoint(nodes):
            used |= nodes
            _build(network, bridge, parts)
            count += 1
    network.join()
    return count


def _end(network: Network, node: int, number: int, limits: BridgeLimits) -> _End:
    edge = network.edges[number].outgoing(node)
    # The skeleton bends in the last radius before the mask's border, and where ground gets wider.
    is_bent = not 0.75 < edge.radii_m[0] / edge.radius_m < 1.15
    back_m = min(edge.radius_m * 1.3, 0.3 * edge.length_m) if is_bent else 0.0
    ahead_m = min(back_m + limits.ahead_m, 0.9 * edge.length_m)
    near, far = (
        np.array([np.interp(at, edge.along_m, values) for values in edge.xy.T])
        for at in (back_m, ahead_m)
    )
    direction = (near - far) / max(float(np.hypot(*(near - far))), 1e-9)
    return _End(node, number, near, direction, edge.radius_m, back_m)


def _between_ends(ends: list[_End], ground: PassableGround, limits: BridgeLimits) -> list[_Bridge]:
    """Return the possible bridges between ends that face each other."""
    if len(ends) < 2:
        return []
    tree = shapely.STRtree(shapely.points([end.xy for end in ends]))
    pairs = tree.query(tree.geometries, predicate="dwithin", distance=limits.length_m).T
    least = np.cos(np.radians(limits.angle_deg))
    found = []
    for here, there in pairs[pairs[:, 0] < pairs[:, 1]]:
        start, end = ends[here], ends[there]
        way = end.xy - start.xy
        length_m = float(np.hypot(*way))
        radii = sorted((start.radius_m, end.radius_m))
        if start.edge == end.edge or length_m < 0.5 or radii[1] > limits.radius_ratio * radii[0]:
            continue
        turns = (start.direction @ way / length_m, -(end.direction @ way) / length_m)
        if min(turns) < least or ground.share(start.xy, end.xy) < limits.passable_share:
            continue
        angle = sum(np.arccos(np.clip(turns, -1, 1)))
        found.append(_Bridge(length_m * (1 + 2 * angle), start, end, end.xy, -1))
    return found


def _to_sides(
    network: Network,
    ends: list[_End],
    ground: PassableGround,
    frame: RasterFrame,
    limits: BridgeLimits,
) -> list[_Bridge]:
    """Return the possible bridges straight on to the side of a road or to the raster's edge."""
    numbers = list(network.edges)
    lines = [shapely.LineString(network.edges[number].xy) for number in numbers]
    tree = shapely.STRtree(lines)
    border = shapely.box(0, 0, frame.width_m, frame.height_m).exterior
    found = []
    for end in ends:
        ray = shapely.LineString([end.xy, end.xy + end.direction * limits.side_length_m])
        hits = [(border, -1)] + [
            (lines[place], numbers[place])
            for place in tree.query(ray, predicate="intersects")
            if numbers[place] != end.edge
        ]
        points = [
            (float(np.hypot(*(xy - end.xy))), number, xy)
            for line, number in hits
            for xy in shapely.get_coordinates(shapely.intersection(ray, line))
        ]
        if not points:
            continue
        length_m, number, xy = min(points, key=lambda each: each[:2])
        if ground.share(end.xy, xy) >= limits.passable_share:
            found.append(_Bridge(1.5 * length_m, end, None, xy, number))
    return found


def _build(network: Network, bridge: _Bridge, parts: dict[int, list[int]]) -> None:
    """Add a bridge, and cut off the bent ends that it replaces."""
    start = _shorten(network, bridge.start, parts)
    if bridge.end:
        last = _shorten(network, bridge.end, parts)
        radius_m = (bridge.start.radius_m + bridge.end.radius_m) / 2
    else:
        radius_m = bridge.start.radius_m
        last = network.add_node(bridge.xy) if bridge.edge < 0 else _node_at(network, bridge, parts)
    xy = np.array([network.positions[start], network.positions[last]])
    network.add(Edge(start, last, xy, np.full(2, radius_m)))


def _current(network: Network, number: int, xy: np.ndarray, parts: dict[int, list[int]]) -> int:
    """Return which of the parts of a former edge is nearest to a position."""
    numbers = [number]
    while any(each in parts for each in numbers):
        numbers = [part for each in numbers for part in parts.get(each, [each])]
    point = shapely.Point(xy)
    return min(numbers, key=lambda each: shapely.LineString(network.edges[each].xy).distance(point))


def _shorten(network: Network, end: _End, parts: dict[int, list[int]]) -> int:
    """Cut off the bent end of an edge and return the node at its new end."""
    if not end.back_m:
        return end.node
    number = network.at(end.node)[0]
    edge = network.remove(number).outgoing(end.node)
    new = add_part(network, edge, min(end.back_m, 0.9 * edge.length_m), edge.length_m)
    parts[number] = [new]
    return network.edges[new].first


def _node_at(network: Network, bridge: _Bridge, parts: dict[int, list[int]]) -> int:
    """Return a node of the road where a bridge meets its side, a new one unless one is near."""
    number = _current(network, bridge.edge, bridge.xy, parts)
    edge = network.edges[number]
    at_m = shapely.LineString(edge.xy).project(shapely.Point(bridge.xy))
    if at_m < 1.0 and network.degree(edge.first) > 1:
        return edge.first
    if at_m > edge.length_m - 1.0 and network.degree(edge.last) > 1:
        return edge.last
    at_m = min(max(at_m, 0.01), edge.length_m - 0.01)
    network.remove(number)
    before = add_part(network, edge, 0.0, at_m)
    rest = Edge(
        network.edges[before].last,
        edge.last,
        np.concatenate((network.edges[before].xy[-1:], edge.xy[edge.along_m > at_m])),
        np.concatenate((network.edges[before].radii_m[-1:], edge.radii_m[edge.along_m > at_m])),
    )
    parts[number] = [before, network.add(rest)]
    return rest.first
