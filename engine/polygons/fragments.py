# SPDX-License-Identifier: GPL-2.0-or-later
"""Fragments: outlines that are still open because they extend below the strip.

A fragment starts with a vertical edge that enters the strip from below and ends with one that
leaves it. In the next strip it is represented by a single edge above the first line. Its edges
are stored as nested lists of arrays (a rope), so appending costs nothing; only closed outlines
are flattened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .edges import Edges
from .ragged import offsets
from .rings import Outlines

if TYPE_CHECKING:
    from .chains import Chains

NestedEdges = list[Any]  # of (n, 4) int32 arrays and nested lists of them


class Fragment(NamedTuple):
    """An open outline: columns where it enters and leaves the strip, and the edges between."""

    head: int
    tail: int
    component: int
    edges: NestedEdges


def with_fragments(edges: Edges, fragments: list[Fragment]) -> Edges:
    """Return the edges followed by one placeholder for each fragment, on line -1."""
    corners = np.array([(-1, each.head, each.tail, 0) for each in fragments], np.int32)
    south = np.ones(len(fragments), bool)
    return Edges(
        np.concatenate((edges.corners, corners.reshape(-1, 4))),
        np.concatenate((edges.arrives_south, ~south)),
        np.concatenate((edges.leaves_south, south)),
    )


def split_chains(
    chains: Chains, corners: np.ndarray, component: np.ndarray, fragments: list[Fragment]
) -> tuple[Outlines, list[Fragment]]:
    """Return the outlines that are now closed, and the remaining fragments.

    Args:
        chains: chains of edges and placeholders of fragments.
        corners: corners of the edges without placeholders, (n, 4) int32, lines counted from the
            top of the raster.
        component: component of each edge and placeholder, (n + f,) int64.
        fragments: fragments that the placeholders represent.
    """
    starts = offsets(chains.lengths)
    owner = component[chains.edges[starts[:-1]]]
    stitched = np.zeros(len(owner), bool)
    placeholders = np.flatnonzero(chains.edges >= len(corners))
    stitched[np.searchsorted(starts, placeholders, side="right") - 1] = True
    stitched[: chains.open_count] = True
    simple = ~stitched
    edges = corners[chains.edges[np.repeat(simple, chains.lengths)]]
    closed = [Outlines(edges, chains.lengths[simple], owner[simple])]
    remaining = []
    for chain in np.flatnonzero(stitched).tolist():
        nodes = chains.edges[starts[chain] : starts[chain + 1]]
        nested = _nested_edges(nodes, corners, fragments)
        if chain < chains.open_count:
            head, tail = _ends(nodes, corners, fragments)
            remaining.append(Fragment(head, tail, int(owner[chain]), nested))
        else:
            edges = _flattened(nested)
            closed.append(Outlines(edges, np.array([len(edges)]), owner[chain : chain + 1]))
    return Outlines.joined(closed), remaining


def _nested_edges(nodes: np.ndarray, corners: np.ndarray, fragments: list[Fragment]) -> NestedEdges:
    """Return the edges of one chain, with each placeholder replaced by its fragment's edges."""
    nested: NestedEdges = []
    start = 0
    for place in [*np.flatnonzero(nodes >= len(corners)).tolist(), len(nodes)]:
        if place > start:
            nested.append(corners[nodes[start:place]])
        if place < len(nodes):
            nested.append(fragments[nodes[place] - len(corners)].edges)
        start = place + 1
    return nested[0] if len(nested) == 1 and isinstance(nested[0], list) else nested


def _ends(nodes: np.ndarray, corners: np.ndarray, fragments: list[Fragment]) -> tuple[int, int]:
    """Return the columns where a chain enters and leaves the strip at its bottom."""
    first, last = nodes[0] - len(corners), nodes[-1] - len(corners)
    head = fragments[first].head if first >= 0 else int(corners[nodes[0], 1])
    tail = fragments[last].tail if last >= 0 else int(corners[nodes[-1], 2])
    return head, tail


def _flattened(nested: NestedEdges) -> np.ndarray:
    """Return nested edges as one array; iterative, as the nesting exceeds the recursion limit."""
    arrays: list[np.ndarray] = []
    stack: list[Any] = [nested]
    while stack:
        piece = stack.pop()
        if isinstance(piece, list):
            stack.extend(reversed(piece))
        else:
            arrays.append(piece)
    return np.concatenate(arrays)
