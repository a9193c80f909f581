# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores of a confusion matrix, as reported in papers.

With n_ij pixels of class i labeled j and t_i the row sums:

- overall accuracy    sum n_ii / sum t_i
- precision, recall   n_ii / sum_j n_ji, n_ii / t_i
- F1                  2 n_ii / (t_i + sum_j n_ji)
- IU (IoU, Jaccard)   n_ii / (t_i + sum_j n_ji - n_ii)
- kappa (Cohen)       agreement beyond chance: 1 for perfect labels, 0 for chance

F1 and IU are NaN for a class that does not occur in the truth, even if pixels were labeled as it,
and it is excluded from means. Pixels labeled as it are errors in the overall accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Scores:
    """Scores of a confusion matrix of n classes, as fractions 0..1.

    Args:
        overall_accuracy: share of correctly labeled pixels.
        precision: precision of each class, (n,) float64.
        recall: recall of each class, (n,) float64.
        f1: F1 score of each class, (n,) float64.
        iu: intersection over union of each class, (n,) float64.
        mean_accuracy: mean of `recall`.
        mean_f1: mean of `f1`.
        mean_iu: mean of `iu`.
        frequency_weighted_iu: mean of `iu` weighted by the class frequencies in the truth.
        kappa: agreement beyond chance, at most 1; NaN if the chance agreement is 1.
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
        counts: confusion matrix, (n, n) integers; rows are the truth, columns the labels.
        unlabeled: number of unlabeled pixels of each true class, (n,) integers; they are errors.

    Raises:
        ValueError: if no pixel was counted.

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
    occurs = true > 0
    recall, iu = _ratio(right, true), _ratio(right, occurs * (true + labeled - right))
    f1 = _ratio(2 * right, occurs * (true + labeled))
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
    """Return part / whole, NaN where `whole` is zero."""
    ratio = np.full_like(part, np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio
