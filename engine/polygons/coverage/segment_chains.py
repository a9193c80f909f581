# SPDX-License-Identifier: GPL-2.0-or-later
"""Chains: the edges into which a segment was split, found again among all edges.

A segment that passes a node closer than the grid is drawn to it, so its chain may bend a little.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .directed_edges import GRID_PX, coordinates_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OFF_PX = 0.75 * GRID_PX  # a node is half a diagonal of the grid away at the most
_BACK_PX = 2 * GRID_PX  # nodes that lie closer may be in any order along the segment


def chain_between(start: int, end: int, beside: Mapping[int, Sequence[int]]) -> list[int]:
    """Return the codes of the nodes between the ends of a segment; none without such edges.

    Args:
        start: code of the segment's start.
        end: code of its end.
        beside: codes of the neighbors of each node.
    """
    origin, target = coordinates_of(np.array((start, end)))
    length_px = float(np.hypot(*(target - origin)))
    direction = (target - origin) / length_px
    seen, path = {start}, [start]
    waiting = [_onward(start, 0.0, beside, origin, direction)]
    while waiting:
        step = next(((at, to) for at, to in waiting[-1] if to not in seen), None)
        if step is None:
            waiting.pop()
            path.pop()
        elif step[1] == end:
            return path[1:]
        else:
            seen.add(step[1])
            path.append(step[1])
            waiting.append(_onward(step[1], step[0], beside, origin, direction))
    return []


def edges_of_chain(
    start: int, end: int, chains: Mapping[int, Sequence[int]], segment: int
) -> list[tuple[int, int]]:
    """Return the directed edges of a segment from one end to the other.

    Args:
        start: code of the end where the edges start.
        end: code of the other end.
        chains: codes of the inner nodes by number of the segment, from its lower end.
        segment: number of the segment; one without a chain is one edge.
    """
    inner = chains.get(segment, ())
    return list(pairwise((start, *(inner if start < end else inner[::-1]), end)))


def _onward(
    node: int,
    reached_px: float,
    beside: Mapping[int, Sequence[int]],
    origin: np.ndarray,
    direction: np.ndarray,
) -> list[tuple[float, int]]:
    """Return the neighbors of a node on the segment, and how far along each is, nearest first."""
    codes = np.array(beside.get(node, ()), np.int64)
    away = coordinates_of(codes) - origin
    along = away @ direction
    off = np.abs(away @ (direction[::-1] * (1, -1)))
    fits = (off <= _OFF_PX) & (along > reached_px - _BACK_PX)
    return sorted(zip(along[fits].tolist(), codes[fits].tolist(), strict=True))
