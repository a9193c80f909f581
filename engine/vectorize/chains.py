# SPDX-License-Identifier: GPL-2.0-or-later
"""Chains: edges in the order in which an outline visits them.

A chain either closes within its strip or leaves it downwards at both ends. Walking along it would
be a Python loop over edges; instead every edge looks ahead 1, 2, 4, 8, ... edges at once, a
gather each (Wyllie's pointer jumping). A first pass finds the lowest edge of each ring, where it
is opened; a second one how far each edge is from its chain's end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .edges import OPEN
from .ragged import offsets


class Chains(NamedTuple):
    """Chains of edges, the open ones first.

    Args:
        edges: (n,) int64, the edges of one chain after the other.
        lengths: (c,) int64, edges of each chain.
        open_count: how many chains, counted from the first, have open ends.
    """

    edges: np.ndarray
    lengths: np.ndarray
    open_count: int


def walk(following: np.ndarray, heads: np.ndarray) -> Chains:
    """Return the chains that `following` strings together.

    Args:
        following: (n,) int64, the edge after each edge, or `OPEN`.
        heads: (h,) int64, the edges without one before them.

    >>> walk(np.array([1, 0, -1, 2]), np.array([3]))
    Chains(edges=array([3, 2, 0, 1]), lengths=array([2, 2]), open_count=1)
    """
    # OPEN indexes the last element, so a last element of its own stands for the end.
    onward = np.append(following, OPEN)
    is_lowest = _lowest_ahead(onward) == np.arange(len(onward))
    onward[is_lowest[onward]] = OPEN
    remaining, last = _until_end(onward)
    firsts = np.concatenate((heads, np.flatnonzero(is_lowest)))
    lengths = remaining[firsts]
    beyond = np.zeros(len(onward), np.int64)
    beyond[last[firsts]] = offsets(lengths)[1:]
    edges = np.empty(len(following), np.int64)
    edges[(beyond[last] - remaining)[:-1]] = np.arange(len(following))
    return Chains(edges, lengths, len(heads))


def _lowest_ahead(onward: np.ndarray) -> np.ndarray:
    """Return the lowest edge of each edge's ring; `OPEN` for an edge of an open chain."""
    jump, lowest = onward, np.arange(len(onward))
    lowest[-1] = OPEN
    while True:
        lowest = np.minimum(lowest, lowest[jump])
        if np.array_equal(lowest, lowest[onward]):
            return lowest
        jump = jump[jump]


def _until_end(onward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many edges each open chain still has from each edge on, and which is its last."""
    jump, last = onward, np.arange(len(onward))
    remaining = np.ones(len(onward), np.int64)
    remaining[-1] = 0
    while (is_inside := jump != OPEN).any():
        remaining += remaining[jump]
        last = np.where(is_inside, last[jump], last)
        jump = jump[jump]
    return remaining, last
