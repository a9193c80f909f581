# SPDX-License-Identifier: GPL-2.0-or-later
"""Order of the nodes along many paths, by one depth-first search in C.

A search from a single node covers one path, and a loop over paths is slow in Python. So each
start gets a helper node that leads first to its path, then to the next helper: one search visits
all paths, and the helpers in its result separate them.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csgraph, csr_array

from ..ragged import offsets


def follow_paths(
    neighbors: np.ndarray, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the nodes of the paths from `starts`, each node once.

    Args:
        neighbors: neighbors of each node in the order in which they are tried, -1 for none,
            (n, k) integers.
        starts: first nodes, (s,) integers; a start that an earlier path visited has no path.

    Returns:
        The nodes of all paths, concatenated, (m,) int64; the number of nodes of each path,
        (p,) int64; and the place in `starts` of each path's first node, (p,) int64.

    >>> nodes, lengths, chosen = follow_paths(np.array([[1], [2], [-1], [3]]), np.array([0, 2, 3]))
    >>> nodes.tolist(), lengths.tolist(), chosen.tolist()
    ([0, 1, 2, 3], [3, 1], [0, 2])
    """
    none = np.empty(0, np.int64)
    if not len(starts):
        return none, none, none
    count, helpers = len(neighbors), len(starts)
    exists = neighbors >= 0
    onward = np.empty((helpers, 2), np.int32)
    onward[:, 0] = starts
    onward[:, 1] = count + 1 + np.arange(helpers)
    targets = np.concatenate((neighbors[exists], onward.ravel()[:-1])).astype(np.int32)
    degrees = np.full(count + helpers, 2)
    degrees[:count] = exists.sum(axis=1)
    degrees[-1] = 1
    first = offsets(degrees).astype(np.int32)
    size = (count + helpers, count + helpers)
    graph = csr_array((np.ones(len(targets)), targets, first), shape=size)
    order = csgraph.depth_first_order(graph, count, return_predecessors=False).astype(np.int64)
    helper_places = np.flatnonzero(order >= count)
    lengths = np.diff(np.append(helper_places, len(order))) - 1
    chosen = order[helper_places[lengths > 0]] - count
    return order[order < count], lengths[lengths > 0], chosen
