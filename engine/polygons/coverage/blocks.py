# SPDX-License-Identifier: GPL-2.0-or-later
"""Blocks: a coarse test of which boxes lie near others, without comparing pairs."""

from __future__ import annotations

import numpy as np

_BLOCK_PX = 16


def boxes_near(
    low: np.ndarray, high: np.ndarray, other_low: np.ndarray, other_high: np.ndarray
) -> np.ndarray:
    """Return which boxes share a block of pixels with any of the other boxes, (n,) bool.

    Boxes that intersect always share a block.

    Args:
        low: least line and column of each box, from 0, (n, 2) integers.
        high: greatest line and column of each box, (n, 2) integers.
        other_low: least line and column of each other box, (m, 2) integers.
        other_high: greatest line and column of each other box, (m, 2) integers.
    """
    first, last = low // _BLOCK_PX, high // _BLOCK_PX + 1
    other_first, other_last = other_low // _BLOCK_PX, other_high // _BLOCK_PX + 1
    size = np.maximum(last.max(axis=0, initial=0), other_last.max(axis=0, initial=0)) + 1
    marks = np.zeros(size, np.int64)
    for sign, line, column in (
        (1, other_first[:, 0], other_first[:, 1]),
        (1, other_last[:, 0], other_last[:, 1]),
        (-1, other_first[:, 0], other_last[:, 1]),
        (-1, other_last[:, 0], other_first[:, 1]),
    ):
        np.add.at(marks, (line, column), sign)
    marked = marks.cumsum(axis=0).cumsum(axis=1) > 0
    before = np.zeros(size + 1, np.int64)  # number of marked blocks above and to the left
    before[1:, 1:] = marked.cumsum(axis=0).cumsum(axis=1)
    inside = before[last[:, 0], last[:, 1]] + before[first[:, 0], first[:, 1]]
    return inside > before[first[:, 0], last[:, 1]] + before[last[:, 0], first[:, 1]]
