# SPDX-License-Identifier: GPL-2.0-or-later
"""Pixel counts per class."""

from __future__ import annotations

import numpy as np


def count_classes(indices: np.ndarray, classes: int) -> np.ndarray:
    """Return the number of pixels of each class, (classes,) int64.

    Args:
        indices: class index of each pixel, uint8 of any shape; `IGNORED` and others do not count.
        classes: number of classes.
    """
    return np.bincount(indices.ravel(), minlength=256)[:classes]
