# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of polygons: confusion matrices in which polygons of a class, and classes, weigh the same.

The row of a class is the mean over its polygons of the fractions of their pixels that were labeled
as each class. So neither large polygons nor classes with many polygons dominate.
"""

from __future__ import annotations

import numpy as np


def fractions_of(counts: np.ndarray) -> np.ndarray:
    """Return the fraction of each predicted class in polygons, (..., n, classes) float64.

    Args:
        counts: (..., n, classes) pixels of each predicted class; 0 in polygons without a label.
    """
    totals = counts.sum(axis=-1, keepdims=True)
    return counts / np.maximum(totals, 1)


def right_fractions(counts: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the fraction of each polygon with the right label, (..., n) float64.

    Args:
        counts: (..., n, classes) pixels of each predicted class.
        classes: (n,) true class of each polygon.
    """
    right: np.ndarray = fractions_of(counts)[..., np.arange(len(classes)), classes]
    return right


def sums_by_group(
    counts: np.ndarray, classes: np.ndarray, groups: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return sums of fractions (groups, classes, classes), and polygons (groups, classes).

    Args:
        counts: (n, classes) pixels of each predicted class.
        classes: (n,) true class of each polygon.
        groups: (n,) group of each polygon, from 0.
    """
    width, count = counts.shape[-1], int(groups.max(initial=-1)) + 1
    sums, numbers = np.zeros((count, width, width)), np.zeros((count, width))
    np.add.at(sums, (groups, classes), fractions_of(counts))
    np.add.at(numbers, (groups, classes), 1)
    return sums, numbers


def f1_of(sums: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the F1 of each class, (..., classes), NaN for classes without polygons.

    Args:
        sums: (..., classes, classes) sums of fractions; rows are the truth.
        numbers: (..., classes) numbers of polygons.
    """
    known = numbers > 0
    matrix = sums / np.where(known, numbers, 1)[..., None]
    right = np.diagonal(matrix, axis1=-2, axis2=-1)
    whole = matrix.sum(axis=-1) + matrix.sum(axis=-2)
    f1: np.ndarray = np.where(
        known, 2 * right / np.where(known, np.maximum(whole, 1e-12), 1), np.nan
    )
    return f1


def f1_of_polygons(counts: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the F1 of each class, (classes,), NaN for classes without polygons."""
    sums, numbers = sums_by_group(counts, classes, np.zeros(len(classes), int))
    return f1_of(sums.sum(axis=0), numbers.sum(axis=0))
