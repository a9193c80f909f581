# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores: the numbers that papers print, from one confusion matrix.

With n_ij pixels of class i labeled j and t_i the row sums:

- overall accuracy    sum n_ii / sum t_i
- precision, recall   n_ii / sum_j n_ji, n_ii / t_i
- F1                  2 n_ii / (t_i + sum_j n_ji)
- IU (IoU, Jaccard)   n_ii / (t_i + sum_j n_ji - n_ii)
- kappa (Cohen)       how far accuracy is from chance to perfection: 1 perfect, 0 chance

A class that the truth does not have has no F1 and no IU (NaN) and is left out of means, wherever a
pixel was labeled so: nothing could be found. Such pixels count against the overall accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scores:
    """All scores of one confusion matrix of n classes; fractions 0..1.

    Args:
        overall_accuracy: share of pixels that are right.
        precision: (n,) float64.
        recall: (n,) float64.
        f1: (n,) float64.
        iu: (n,) float64.
        mean_accuracy: mean recall.
        mean_f1: mean of `f1`.
        mean_iu: mean of `iu`.
        frequency_weighted_iu: `iu` weighted by how frequent a class is in the truth.
        kappa: agreement beyond chance, at most 1; NaN where chance alone is perfect.
    """

    overall_accuracy: float
    precision: np.ndarray
    recall: np.ndarray
    f1: np.ndarray
    iu: np.ndarray
    mean_accuracy: float
    mean_f1: float
    mean_iu: float
    frequency_weighted_iu: float
    kappa: float


def score(counts: np.ndarray, unlabeled: np.ndarray | None = None) -> Scores:
    """Return the scores of a confusion matrix.

    Args:
        counts: (n, n) integers; rows are the truth, columns the labels.
        unlabeled: (n,) integers: pixels of each true class that got no class; errors as well.

    Raises:
        ValueError: no pixel was counted.

    Example:
        >>> score(np.array([[3, 1], [2, 4]])).overall_accuracy
        0.7
    """
    matrix = np.asarray(counts, np.float64)
    right, labeled = np.diag(matrix), matrix.sum(axis=0)
    true = matrix.sum(axis=1) + (0 if unlabeled is None else np.asarray(unlabeled, np.float64))
    total = true.sum()
    if total == 0:
        raise ValueError("No pixel was counted, so there is nothing to score.")
    is_known = true > 0
    recall, iu = _ratio(right, true), _ratio(right, is_known * (true + labeled - right))
    f1 = _ratio(2 * right, is_known * (true + labeled))
    return Scores(
        overall_accuracy=float(right.sum() / total),
        precision=_ratio(right, labeled),
        recall=recall,
        f1=f1,
        iu=iu,
        mean_accuracy=float(np.nanmean(recall)),
        mean_f1=float(np.nanmean(f1)),
        mean_iu=float(np.nanmean(iu)),
        frequency_weighted_iu=float(np.nansum(true * iu) / total),
        kappa=_kappa(right.sum() / total, float(true @ labeled) / total**2),
    )


def _kappa(accuracy: float, by_chance: float) -> float:
    return float("nan") if by_chance == 1 else (accuracy - by_chance) / (1 - by_chance)


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part / whole, NaN where the whole is zero."""
    ratio = np.full_like(part, np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
