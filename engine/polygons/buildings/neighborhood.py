# SPDX-License-Identifier: GPL-2.0-or-later
"""Buildings that touch: groups of patches whose pixels share an edge, on one sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from .patch import BuildingPatch

if TYPE_CHECKING:
    from collections.abc import Sequence


class Group(NamedTuple):
    """Buildings that touch each other.

    Args:
        members: numbers of the patches, ascending.
        whole: patch of all of them together.
        labels: number of the member of each pixel from 1, (h, w) int32; 0 outside.
    """

    members: tuple[int, ...]
    whole: BuildingPatch
    labels: np.ndarray


def touching_groups(patches: Sequence[BuildingPatch]) -> list[Group]:
    """Return the groups of two or more patches that touch, by edges of pixels."""
    if len(patches) < 2:
        return []
    pairs = [pair for pair in _close_pairs(patches) if _touch(*(patches[i] for i in pair))]
    if not pairs:
        return []
    one, other = np.array(pairs).T
    graph = sparse.coo_array((np.ones(len(one)), (one, other)), (len(patches), len(patches)))
    _, number = connected_components(graph, directed=False)
    groups = []
    for group in np.unique(number[one]):
        members = tuple(np.flatnonzero(number == group).tolist())
        groups.append(_joined(members, [patches[member] for member in members]))
    return groups


def _close_pairs(patches: Sequence[BuildingPatch]) -> list[tuple[int, int]]:
    """Return the pairs of patches whose windows overlap."""
    windows = np.array([patch.window for patch in patches])
    boxes = shapely.box(*windows[:, [1, 0, 3, 2]].T)
    one, other = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    return [(int(i), int(j)) for i, j in zip(one, other, strict=True) if i < j]


def _touch(one: BuildingPatch, other: BuildingPatch) -> bool:
    """Return whether pixels of two patches share an edge.

    Raises:
        ValueError: if a pixel belongs to both.
    """
    top, left, bottom, right = (
        pick(pair)
        for pick, pair in zip(
            (max, max, min, min), zip(one.window, other.window, strict=True), strict=True
        )
    )
    if top >= bottom or left >= right:
        return False
    mine, theirs = (
        each.mask[
            top - each.origin[0] : bottom - each.origin[0],
            left - each.origin[1] : right - each.origin[1],
        ]
        for each in (one, other)
    )
    if (mine & theirs).any():
        raise ValueError("Two buildings share a pixel; their masks must not overlap.")
    return any(
        (mine[here] & theirs[there]).any() or (mine[there] & theirs[here]).any()
        for here, there in ((np.s_[1:], np.s_[:-1]), (np.s_[:, 1:], np.s_[:, :-1]))
    )


def _joined(members: tuple[int, ...], patches: Sequence[BuildingPatch]) -> Group:
    """Return patches on one sheet."""
    windows = np.array([patch.window for patch in patches])
    top, left = windows[:, :2].min(axis=0).tolist()
    bottom, right = windows[:, 2:].max(axis=0).tolist()
    labels = np.zeros((bottom - top, right - left), np.int32)
    tree, beyond = np.zeros(labels.shape, bool), np.zeros(labels.shape, bool)
    for number, patch in enumerate(patches, 1):
        row, column = patch.origin[0] - top, patch.origin[1] - left
        here = np.s_[row : row + patch.mask.shape[0], column : column + patch.mask.shape[1]]
        labels[here][patch.mask] = number
        tree[here] |= patch.tree
        beyond[here] |= patch.beyond
    whole = BuildingPatch(labels > 0, tree, beyond, patches[0].gsd_m, (top, left))
    return Group(members, whole, labels)
