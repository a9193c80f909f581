# SPDX-License-Identifier: GPL-2.0-or-later
"""Cells of a patch that a step scores, for networks whose last layers look at each cell alone.

These layers take most of the computation, but few pixels of a patch are labeled, and the base is
compared as well at a sample of the others. So half of the cells are labeled ones, as far as there
are as many, and the others are spread at random over what is unlabeled.
"""

from __future__ import annotations

import numpy as np

from ...metrics import IGNORED
from ...training.losses import CELL_PX


def chosen_cells(
    rng: np.random.Generator, classes: np.ndarray, is_valid: np.ndarray, count: int
) -> np.ndarray:
    """Return flat indices (n,) int64 of cells of a patch, each once unless too few are valid.

    Args:
        rng: random generator.
        classes: classes (H, W) uint8, `IGNORED` where unlabeled.
        is_valid: whether pixels have values, (H, W) bool.
        count: number of cells; n is less if the patch has fewer.
    """
    is_labeled, is_seen = (_any_of_cell(each) for each in (classes != IGNORED, is_valid))
    labeled = rng.permutation(np.flatnonzero(is_labeled))
    others = rng.permutation(np.flatnonzero(is_seen & ~is_labeled))
    count = min(count, is_labeled.size)
    first = count // 2
    order = np.concatenate([labeled[:first], others, labeled[first:]])[:count]
    return np.resize(order if len(order) else np.arange(count), count).astype(np.int64)


def _any_of_cell(pixels: np.ndarray) -> np.ndarray:
    """Return whether any pixel (H, W) of each cell is set, flat."""
    height, width = pixels.shape
    shape = height // CELL_PX, CELL_PX, width // CELL_PX, CELL_PX
    is_set: np.ndarray = pixels.reshape(shape).any(axis=(1, 3)).ravel()
    return is_set
