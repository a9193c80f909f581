# SPDX-License-Identifier: GPL-2.0-or-later
"""Chains: edges in the order in which an outline visits them.

A chain either closes within its strip or leaves it downwards at both ends. Instead of a Python
loop over edges, Wyllie's pointer jumping skips 1, 2, 4, 8, ... edges with one gather each. A first
pass finds the lowest edge of each ring, where it is opened; a second pass computes the distance of
each edge from its chain's end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .edges import OPEN
from .ragged import offsets


class Chains(NamedTuple):
    """Chains of edges, open ones first.

    Args:
        edges: edges of all chains, concatenated, (n,) int64.
        lengths: number of edges of each chain, (c,) int64.
        open_count: number of open chains.
    """

    edges: np.ndarray
    lengths: np.ndarray
    open_count: int


def walk(following: np.ndarray, heads: np.ndarray) -> Chains:
    """Return the chains defined by the successors of edges.

    Args:
        following: successor of each edge or `OPEN`, (n,) int64.
        heads: edges without a predecessor, (h,) int64.

    >>> walk(np.array([1, 0, -1, 2]), np.array([3]))
    Chains(edges=array([3, 2, 0, 1]), lengths=array([2, 2]), open_count=1)
    """
    # OPEN indexes the last element, so a sentinel is appended as the end.
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
    """Return the lowest edge of each edge's ring; `OPEN` for edges of open chains."""
    jump, lowest = onward, np.arange(len(onward))
    lowest[-1] = OPEN
    while True:
        lowest = np.minimum(lowest, lowest[jump])
        if np.array_equal(lowest, lowest[onward]):
            return lowest
        jump = jump[jump]


def _until_end(onward: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of edges from each edge to its chain's end, and the last edge."""
    jump, last = onward, np.arange(len(onward))
    remaining = np.ones(len(onward), np.int64)
    remaining[-1] = 0
    while (is_inside := jump != OPEN).any():
        remaining += remaining[jump]
        last = np.where(is_inside, last[jump], last)
        jump = jump[jump]
    return remaining, last
