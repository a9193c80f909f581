# SPDX-License-Identifier: GPL-2.0-or-later
"""Fragments: outlines that are not closed yet because they hang out of the strip's bottom.

A fragment begins with a vertical edge that comes up through the bottom and ends with one that
goes down through it. In the next strip it takes part as a single edge above the first line.
Its edges are kept as a rope, a list of arrays and of older ropes, so that growing one costs
nothing; only a closed outline is laid out flat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .edges import Edges
from .ragged import offsets
from .rings import Outlines

if TYPE_CHECKING:
    from .chains import Chains

Rope = list[Any]  # of (n, 4) int32 arrays and ropes


class Fragment(NamedTuple):
    """An open outline: column where it comes up, column where it goes down, what lies between."""

    head: int
    tail: int
    component: int
    rope: Rope


def with_fragments(edges: Edges, fragments: list[Fragment]) -> Edges:
    """Return the edges followed by one stand-in for each fragment, on line -1."""
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
    """Return the outlines that are closed now, and the fragments that remain.

    Args:
        chains: of edges and stand-ins for fragments.
        corners: (n, 4) int32, of the edges without the stand-ins, lines counted from the top.
        component: (n + f,) int64, component of each edge and stand-in.
        fragments: those the stand-ins stand for.
    """
    starts = offsets(chains.lengths)
    owner = component[chains.edges[starts[:-1]]]
    stitched = np.zeros(len(owner), bool)
    standing_in = np.flatnonzero(chains.edges >= len(corners))
    stitched[np.searchsorted(starts, standing_in, side="right") - 1] = True
    stitched[: chains.open_count] = True
    simple = ~stitched
    edges = corners[chains.edges[np.repeat(simple, chains.lengths)]]
    closed = [Outlines(edges, chains.lengths[simple], owner[simple])]
    remaining = []
    for chain in np.flatnonzero(stitched).tolist():
        nodes = chains.edges[starts[chain] : starts[chain + 1]]
        rope = _rope(nodes, corners, fragments)
        if chain < chains.open_count:
            head, tail = _ends(nodes, corners, fragments)
            remaining.append(Fragment(head, tail, int(owner[chain]), rope))
        else:
            edges = _laid_out(rope)
            closed.append(Outlines(edges, np.array([len(edges)]), owner[chain : chain + 1]))
    return Outlines.joined(closed), remaining


def _rope(nodes: np.ndarray, corners: np.ndarray, fragments: list[Fragment]) -> Rope:
    """Return the edges of one chain, with every stand-in replaced by its fragment's rope."""
    rope: Rope = []
    start = 0
    for place in [*np.flatnonzero(nodes >= len(corners)).tolist(), len(nodes)]:
        if place > start:
            rope.append(corners[nodes[start:place]])
        if place < len(nodes):
            rope.append(fragments[nodes[place] - len(corners)].rope)
        start = place + 1
    return rope[0] if len(rope) == 1 and isinstance(rope[0], list) else rope


def _ends(nodes: np.ndarray, corners: np.ndarray, fragments: list[Fragment]) -> tuple[int, int]:
    """Return the columns where a chain comes up and goes down through the bottom."""
    first, last = nodes[0] - len(corners), nodes[-1] - len(corners)
    head = fragments[first].head if first >= 0 else int(corners[nodes[0], 1])
    tail = fragments[last].tail if last >= 0 else int(corners[nodes[-1], 2])
    return head, tail


def _laid_out(rope: Rope) -> np.ndarray:
    """Return all arrays of a rope as one; a loop, as ropes nest deeper than Python recurses."""
    arrays: list[np.ndarray] = []
    waiting: list[Any] = [rope]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, list):
            waiting.extend(reversed(piece))
        else:
            arrays.append(piece)
    return np.concatenate(arrays)
