# SPDX-License-Identifier: GPL-2.0-or-later
"""Scores that ignore a clutter class, which occurs in the truth but is not evaluated.

In Vaihingen almost no pixel is clutter, so papers ignore it: pixels with clutter as truth are not
scored, and pixels labeled as clutter are errors. The released script of Maggiori et al. excludes
clutter only from the mean F1: pixels with clutter as truth still count as errors in the accuracy
and in the precision of the class they were labeled as.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .scores import Scores, score


def score_without(
    counts: np.ndarray,
    ignored: int,
    unlabeled: np.ndarray | None = None,
    *,
    release_oa: bool = False,
) -> Scores:
    """Return the scores of all classes except one.

    Args:
        counts: confusion matrix, (n, n) integers; rows are the truth, columns the labels.
        ignored: index of the ignored class.
        unlabeled: number of unlabeled pixels of each true class, (n,) integers.
        release_oa: whether to count true pixels of the ignored class as errors, as in the
            released script.

    Returns:
        Scores of n - 1 classes.

    Raises:
        ValueError: if no pixel was counted.
    """
    matrix = np.array(counts, np.float64)
    lost = np.zeros(len(matrix)) if unlabeled is None else np.array(unlabeled, np.float64)
    others = np.arange(len(matrix)) != ignored
    lost += matrix[:, ignored]  # pixels labeled as the ignored class
    scores = score(matrix[np.ix_(others, others)], lost[others])
    return _with_true_clutter(scores, matrix, lost, others) if release_oa else scores


def _with_true_clutter(
    scores: Scores, matrix: np.ndarray, lost: np.ndarray, others: np.ndarray
) -> Scores:
    """Return the scores with true clutter counted as errors, but excluded from class means."""
    matrix[:, ~others] = 0  # counted in `lost`, including pixels labeled as clutter
    full = score(matrix, lost)
    precision, f1, iu = full.precision[others], full.f1[others], full.iu[others]
    true = matrix.sum(axis=1)[others] + lost[others]
    return replace(
        scores,
        overall_accuracy=full.overall_accuracy,
        precision=precision,
        f1=f1,
        iu=iu,
        mean_f1=float(np.nanmean(f1)),
        mean_iu=float(np.nanmean(iu)),
        frequency_weighted_iu=float(np.nansum(true * iu) / true.sum()),
        kappa=full.kappa,
    )
