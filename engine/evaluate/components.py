# SPDX-License-Identifier: GPL-2.0-or-later
"""Components: the objects of a class, connected pixels, small ones left out."""

from __future__ import annotations

import numpy as np
from skimage.measure import label

from ..metrics import IGNORED, ObjectCounts, match_objects


def count_objects(
    truth: np.ndarray, labels: np.ndarray, class_index: int, minimum_px: float
) -> ObjectCounts:
    """Return how many objects of a class are found.

    Args:
        truth: (H, W) uint8 class indices, `IGNORED` where unknown; objects are not counted there.
        labels: (H, W) uint8 class indices.
        class_index: class of the objects.
        minimum_px: size below which objects do not count, in truth and labels.
    """
    return match_objects(
        _objects(truth == class_index, minimum_px),
        _objects((labels == class_index) & (truth != IGNORED), minimum_px),
    )


def _objects(is_class: np.ndarray, minimum_px: float) -> np.ndarray:
    """Return the number of the object each pixel belongs to, (H, W) int32, 0 for none."""
    numbers = label(is_class, connectivity=1)  # pixels that share an edge
    is_small = np.bincount(numbers.ravel()) < minimum_px
    numbers[is_small[numbers]] = 0
    return numbers
