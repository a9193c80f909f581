# SPDX-License-Identifier: GPL-2.0-or-later
"""Network of edges between nodes, in meters from the raster's upper left corner, x right, y down.

An edge starts and ends exactly at the positions of its nodes, whatever is removed, joined or moved.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..ragged import offsets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .skeleton import SkeletonGraph


@dataclass(frozen=True)
class Edge:
    """A piece of road between two nodes.

    Args:
        first: number of the node at its start.
        last: number of the node at its end.
        xy: vertices in meters, (n, 2) float64, n >= 2.
        radii_m: distance of each vertex to the border of the sealed ground, (n,) float64.
    """

    first: int
    last: int
    xy: np.ndarray
    radii_m: np.ndarray

    @cached_property
    def along_m(self) -> np.ndarray:
        """Distance of each vertex from the start along the edge, (n,) float64."""
        steps = np.hypot(*np.diff(self.xy, axis=0).T)
        return np.concatenate(([0.0], np.cumsum(steps)))

    @property
    def length_m(self) -> float:
        """Length."""
        return float(self.along_m[-1])

    @cached_property
    def radius_m(self) -> float:
        """Median distance to the border."""
        return float(np.median(self.radii_m))

    def other(self, node: int) -> int:
        """Return the node at the other end."""
        return self.last if node == self.first else self.first

    def reversed(self) -> Edge:
        """Return the edge in the other direction."""
        return Edge(self.last, self.first, self.xy[::-1], self.radii_m[::-1])

    def outgoing(self, node: int) -> Edge:
        """Return the edge in the direction that starts at a node."""
        return self if node == self.first else self.reversed()


class Network:
    """Nodes and edges, which can be removed and joined."""

    def __init__(self) -> None:
        """Start without nodes."""
        self.positions: dict[int, np.ndarray] = {}
        self.edges: dict[int, Edge] = {}
        self._at: dict[int, list[int]] = {}
        self._next_edge = self._next_node = 0

    @classmethod
    def from_skeleton(cls, graph: SkeletonGraph, radii: np.ndarray, cell_m: float) -> Network:
        """Return the network of a skeleton.

        Args:
            graph: nodes and paths in cells.
            radii: distance of the cells of all paths to the mask's border in cells, (n,) float32.
            cell_m: edge of a cell in meters.
        """
        network = cls()
        for row, col in graph.nodes:
            network.add_node(np.array([col + 0.5, row + 0.5]) * cell_m)
        starts = offsets(np.array([len(path.cells) for path in graph.paths], np.int64))
        for path, start in zip(graph.paths, starts.tolist(), strict=False):
            rows, cols = path.cells.T
            middle = np.column_stack((cols + 0.5, rows + 0.5)) * cell_m
            radii_m = radii[start : start + len(rows)].astype(np.float64) * cell_m
            ends = network.positions[path.first], network.positions[path.last]
            xy = np.concatenate((ends[:1], middle, ends[1:]))
            network.add(Edge(path.first, path.last, xy, np.pad(radii_m, 1, mode="edge")))
        return network

    def add_node(self, xy: np.ndarray) -> int:
        """Add a node at a position and return its number."""
        number = self._next_node
        self._next_node += 1
        self.positions[number] = np.asarray(xy, np.float64)
        self._at[number] = []
        return number

    def add(self, edge: Edge) -> int:
        """Add an edge and return its number."""
        number = self._next_edge
        self._next_edge += 1
        self.edges[number] = edge
        self._at[edge.first].append(number)
        self._at[edge.last].append(number)
        return number

    def remove(self, number: int) -> Edge:
        """Remove an edge and return it."""
        edge = self.edges.pop(number)
        self._at[edge.first].remove(number)
        self._at[edge.last].remove(number)
        return edge

    def replace(self, number: int, edge: Edge) -> None:
        """Replace an edge by another one between the same nodes."""
        self.edges[number] = edge

    def at(self, node: int) -> list[int]:
        """Return the numbers of the edges at a node; a loop counts twice."""
        return self._at[node]

    def degree(self, node: int) -> int:
        """Return the number of ends of edges at a node."""
        return len(self._at[node])

    def join(self) -> None:
        """Join the edges at each node between exactly two."""
        for node, numbers in self._at.items():
            if len(numbers) == 2 and numbers[0] != numbers[1]:
                self._join_at(node)

    def _join_at(self, node: int) -> None:
        before, after = (self.remove(number) for number in tuple(self._at[node]))
        before, after = before.outgoing(node).reversed(), after.outgoing(node)
        xy = np.concatenate((before.xy, after.xy[1:]))
        radii = np.concatenate((before.radii_m, after.radii_m[1:]))
        self.add(Edge(before.first, after.last, xy, radii))

    def split(self, number: int, vertex: int) -> int:
        """Split an edge at one of its inner vertices and return the new node's number."""
        edge = self.remove(number)
        node = self.add_node(edge.xy[vertex])
        self.add(Edge(edge.first, node, edge.xy[: vertex + 1], edge.radii_m[: vertex + 1]))
        self.add(Edge(node, edge.last, edge.xy[vertex:], edge.radii_m[vertex:]))
        return node

    def free_ends(self) -> Iterator[tuple[int, int]]:
        """Yield (node, edge) of each end that touches no other edge."""
        for node, numbers in self._at.items():
            if len(numbers) == 1:
                yield node, numbers[0]

    def components(self) -> list[list[int]]:
        """Return the numbers of the edges of each connected part."""
        found, parts = set(), []
        for start in self._at:
            if start in found or not self._at[start]:
                continue
            found.add(start)
            front, numbers = [start], set()
            while front:
                node = front.pop()
                for number in self._at[node]:
                    numbers.add(number)
                    other = self.edges[number].other(node)
                    if other not in found:
                        found.add(other)
                        front.append(other)
            parts.append(sorted(numbers))
        return parts

    def bridges(self) -> set[int]:
        """Return the edges whose removal would cut a connected part in two.

        Tarjan (1974), A note on finding the bridges of a graph; without recursion.
        """
        order: dict[int, int] = {}
        low: dict[int, int] = {}
        found = set()
        for root in self._at:
            if root in order:
                continue
            order[root] = low[root] = len(order)
            stack = [(root, -1, iter(tuple(self._at[root])))]
            while stack:
                node, arrived_by, rest = stack[-1]
                number = next(rest, None)
                if number is None:
                    stack.pop()
                    if stack:
                        before = stack[-1][0]
                        low[before] = min(low[before], low[node])
                        if low[node] > order[before]:
                            found.add(arrived_by)
                elif number != arrived_by:
                    other = self.edges[number].other(node)
                    if other in order:
                        low[node] = min(low[node], order[other])
                    else:
                        order[other] = low[other] = len(order)
                        stack.append((other, number, iter(tuple(self._at[other]))))
        return found
