# SPDX-License-Identifier: GPL-2.0-or-later
"""Skeleton of a mask as nodes and paths of cells.

A cell of the skeleton with three or more neighbors belongs to a junction; touching junction cells
are one node. The other cells form paths from node to node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from skimage.morphology import skeletonize

from ..runs import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterator

STEPS = tuple((row, col) for row in (-1, 0, 1) for col in (-1, 0, 1) if row or col)


class SkeletonPath(NamedTuple):
    """A path of cells between two nodes.

    Args:
        first: number of the node at its start.
        last: number of the node at its end.
        cells: row and column of its cells without those of junctions, (n, 2) int64.
    """

    first: int
    last: int
    cells: np.ndarray


class SkeletonGraph(NamedTuple):
    """Nodes and paths of a skeleton.

    Args:
        nodes: row and column of each node, (n, 2) float64, in cells.
        paths: paths between the nodes.
    """

    nodes: np.ndarray
    paths: list[SkeletonPath]


def thin(mask: np.ndarray, margin: int) -> np.ndarray:
    """Return the skeleton of a mask, (h, w) bool.

    The mask is mirrored at the raster's edge, else the skeleton of a road that leaves the raster
    would fork there.

    Args:
        mask: mask, (h, w) bool.
        margin: width of the mirrored margin in cells.
    """
    padded = np.pad(mask, margin, mode="symmetric")
    return skeletonize(padded)[margin : margin + mask.shape[0], margin : margin + mask.shape[1]]


def graph_of(skeleton: np.ndarray) -> SkeletonGraph:
    """Return the nodes and paths of a skeleton, (h, w) bool; memory grows with its cells only."""
    cells = np.argwhere(skeleton)
    around = _neighbors(cells, skeleton.shape[1])
    is_junction = (around >= 0).sum(axis=1) >= 3
    junction, centers = _junctions(cells, around, is_junction)
    nodes = [(row, col) for row, col in centers.tolist()]
    paths = []
    for path in _ordered_paths(around, ~is_junction):
        touched = [_touched(around[cell], junction) for cell in (path[0], path[-1])]
        ends = _ends(cells[path], touched, nodes)
        if ends:
            paths.append(SkeletonPath(*ends, cells[path]))
    return SkeletonGraph(np.array(nodes).reshape(-1, 2), paths)


def _neighbors(cells: np.ndarray, width: int) -> np.ndarray:
    """Return the number of the neighbor of each cell at each of `STEPS`, -1 for none, (n, 8)."""
    place = cells[:, 0] * (width + 2) + cells[:, 1]  # ascending; neighbors of rows' ends are none
    found = np.full((len(cells), len(STEPS)), -1, np.int64)
    for step, (row, col) in enumerate(STEPS):
        wanted = place + row * (width + 2) + col
        number = np.minimum(np.searchsorted(place, wanted), len(place) - 1)
        found[:, step] = np.where(place[number] == wanted, number, -1)
    return found


def _junctions(
    cells: np.ndarray, around: np.ndarray, is_junction: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the node of each cell, -1 on paths, (n,), and the center of each node, (m, 2)."""
    member = np.flatnonzero(is_junction)
    number = np.full(len(cells) + 1, -1)  # the last is that of no neighbor
    number[member] = np.arange(len(member))
    beside = number[around[member]]
    left, step = np.nonzero(beside >= 0)
    node = connected_components(len(member), left, beside[left, step])
    sizes = np.bincount(node)
    # Counted from 1: the division rounds differently otherwise, and roads would get other bytes.
    sums = [np.bincount(node, each + 1.0) for each in cells[member].T]
    junction = np.full(len(cells), -1)
    junction[member] = node
    return junction, np.column_stack([each / sizes - 1.0 for each in sums])


def _ordered_paths(around: np.ndarray, is_path: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the numbers of the cells of each path in order; a ring starts at any of its cells."""
    is_left = np.append(is_path, False)  # the last is no neighbor
    number = np.flatnonzero(is_path)
    degree = is_left[around[number]].sum(axis=1)
    following = around.tolist()
    for start in number[np.argsort(degree, kind="stable")].tolist():
        if not is_left[start]:
            continue
        chain, at = [], start
        while at >= 0:
            is_left[at] = False
            chain.append(at)
            at = next((each for each in following[at] if is_left[each]), -1)
        yield np.array(chain)


def _ends(
    cells: np.ndarray, touched: list[list[int]], nodes: list[tuple[float, float]]
) -> tuple[int, int] | None:
    """Return the nodes of a path, new ones at free ends; None: a lone cell."""
    first, last = touched
    if len(cells) == 1:
        if not first:
            return None
        last = first[1:]
    elif not first and not last and np.abs(cells[0] - cells[-1]).max() <= 1 and len(cells) > 3:
        nodes.append((float(cells[0][0]), float(cells[0][1])))  # a ring without junctions
        return len(nodes) - 1, len(nodes) - 1
    return (
        _node(first, cells[0], nodes),
        _node(last, cells[-1], nodes),
    )


def _touched(around: np.ndarray, junction: np.ndarray) -> list[int]:
    """Return the nodes beside a cell, ascending."""
    beside = junction[around[around >= 0]]
    return np.unique(beside[beside >= 0]).tolist()


def _node(touched: list[int], cell: np.ndarray, nodes: list[tuple[float, float]]) -> int:
    if touched:
        return touched[0]
    nodes.append((float(cell[0]), float(cell[1])))
    return len(nodes) - 1
