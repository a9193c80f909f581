# SPDX-License-Identifier: GPL-2.0-or-later
"""Counting: how many pixels each class has."""

from __future__ import annotations

import numpy as np


def count_classes(indices: np.ndarray, classes: int) -> np.ndarray:
    """Return the pixels of each class, (classes,) int64.

    Args:
        indices: uint8, any shape: the class of each pixel; `IGNORED` and others are not counted.
        classes: how many there are.
    """
    return np.bincount(indices.ravel(), minlength=256)[:classes]
