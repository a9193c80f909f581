# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs and components: which pixels of a strip are connected.

A *run* is a stretch of equal, non-zero codes within one row. Two runs touch where an edge of a
pixel, not just a corner, is shared and the codes agree; runs that touch, directly or through
others, form one *component* (4-connected, as polygons with valid rings need). Working on runs
rather than pixels makes the search several times cheaper.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csgraph


class Runs(NamedTuple):
    """The runs of a strip, numbered from 0 in reading order.

    Args:
        number: (h, w) int32, the run of each pixel; meaningless where the code is 0.
        code: (n,) uint8, code of each run.
        first: (n,) int64, flat index of the first pixel of each run.
        length: (n,) int64, pixels of each run.
        upper: (t,) int32, runs that touch the run of the same place in `lower`, one row below.
        lower: (t,) int32.
    """

    number: np.ndarray
    code: np.ndarray
    first: np.ndarray
    length: np.ndarray
    upper: np.ndarray
    lower: np.ndarray


def find_runs(codes: np.ndarray) -> Runs:
    """Return the runs of `codes`, (h, w) uint8 with 0 outside every class.

    >>> find_runs(np.array([[1, 1, 2], [0, 1, 2]], np.uint8)).code.tolist()
    [1, 2, 1, 2]
    """
    starts = codes != 0
    ends = starts.copy()
    changes = codes[:, 1:] != codes[:, :-1]
    starts[:, 1:] &= changes
    ends[:, :-1] &= changes
    number = np.cumsum(starts, dtype=np.int32).reshape(codes.shape) - np.int32(1)
    # Where rows agree, the pair is new only if a run starts in either row.
    touching = (codes[1:] == codes[:-1]) & (starts[1:] | starts[:-1])
    touching &= codes[1:] != 0
    place = np.flatnonzero(touching)
    first = np.flatnonzero(starts)
    length = np.flatnonzero(ends) - first + 1
    upper, lower = number.ravel()[place], number.ravel()[place + codes.shape[1]]
    return Runs(number, codes.ravel()[first], first, length, upper, lower)


def connected_components(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Number the components of a graph, in the order of their lowest node.

    Args:
        count: number of nodes, numbered 0..count-1.
        left: (m,) integers, one end of each edge.
        right: (m,) integers, the other end.

    Returns:
        (count,) int64, component of each node.

    >>> connected_components(5, np.array([0, 3]), np.array([2, 4])).tolist()
    [0, 1, 0, 2, 2]
    """
    edges = np.ones(len(left), bool)  # unlike numbers, repeated edges cannot add up to 0
    graph = coo_array((edges, (left, right)), shape=(count, count))
    _, component = csgraph.connected_components(graph, directed=False)
    return component.astype(np.int64)
