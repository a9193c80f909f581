# SPDX-License-Identifier: GPL-2.0-or-later
"""Skeleton of a mask as nodes and paths of cells.

A cell of the skeleton with three or more neighbors belongs to a junction; touching junction cells
are one node. The other cells form paths from node to node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize

if TYPE_CHECKING:
    from collections.abc import Iterator

EIGHT = np.ones((3, 3), int)
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
    """Return the nodes and paths of a skeleton, (h, w) bool."""
    padded = np.pad(skeleton, 1)
    neighbors = ndimage.convolve(padded.astype(np.uint8), EIGHT) - 1
    is_junction = padded & (neighbors >= 3)
    junction, count = ndimage.label(is_junction, EIGHT)
    centers = ndimage.center_of_mass(is_junction, junction, np.arange(1, count + 1))
    nodes = [(row - 1.0, col - 1.0) for row, col in centers]
    paths = []
    for cells in _ordered_paths(padded & ~is_junction):
        ends = _ends(cells, junction, nodes)
        if ends:
            paths.append(SkeletonPath(*ends, cells - 1))
    return SkeletonGraph(np.array(nodes).reshape(-1, 2), paths)


def _ordered_paths(is_path: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the cells of each path in order, (n, 2) int64; a ring starts at any of its cells."""
    cells = np.argwhere(is_path)
    number = np.full(is_path.shape, -1)
    number[is_path] = np.arange(len(cells))
    around = np.stack([number[cells[:, 0] + row, cells[:, 1] + col] for row, col in STEPS], axis=1)
    degree = (around >= 0).sum(axis=1)
    following = [[int(each) for each in row if each >= 0] for row in around]
    is_left = np.ones(len(cells), bool)
    for start in np.argsort(degree, kind="stable"):
        if not is_left[start]:
            continue
        chain, at = [], int(start)
        while at >= 0:
            is_left[at] = False
            chain.append(at)
            at = next((each for each in following[at] if is_left[each]), -1)
        yield cells[chain]


def _ends(
    cells: np.ndarray, junction: np.ndarray, nodes: list[tuple[float, float]]
) -> tuple[int, int] | None:
    """Return the nodes of a path, new ones at free ends; None: a lone cell."""
    first, last = _touched(cells[0], junction), _touched(cells[-1], junction)
    if len(cells) == 1:
        if not first:
            return None
        last = first[1:]
    elif not first and not last and np.abs(cells[0] - cells[-1]).max() <= 1 and len(cells) > 3:
        nodes.append((cells[0][0] - 1.0, cells[0][1] - 1.0))  # a ring without junctions
        return len(nodes) - 1, len(nodes) - 1
    return (
        _node(first, cells[0], nodes),
        _node(last, cells[-1], nodes),
    )


def _touched(cell: np.ndarray, junction: np.ndarray) -> list[int]:
    """Return the numbers of the nodes beside a cell, from 0."""
    row, col = cell
    around = junction[row - 1 : row + 2, col - 1 : col + 2]
    return [int(each) - 1 for each in np.unique(around[around > 0])]


def _node(touched: list[int], cell: np.ndarray, nodes: list[tuple[float, float]]) -> int:
    if touched:
        return touched[0]
    nodes.append((cell[0] - 1.0, cell[1] - 1.0))
    return len(nodes) - 1
