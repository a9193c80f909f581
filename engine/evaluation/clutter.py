# SPDX-License-Identifier: GPL-2.0-or-later
"""Clutter: a class that is in the truth, but that nobody is asked to find.

In Vaihingen hardly a pixel is clutter, so papers leave it out. What is true clutter is not scored
then; what is labeled as clutter is an error. The released script of Maggiori et al. leaves it out
of its mean F1 only: true clutter stays in its accuracy, where no label is right, and in the
precision of what it was taken for.
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
    """Return the scores of all classes but one.

    Args:
        counts: (n, n) integers; rows are the truth, columns the labels.
        ignored: row of the class that nobody is asked to find.
        unlabeled: (n,) integers: pixels of each true class that got no class.
        release_oa: as the released script: that class is true, but never right.

    Returns:
        Scores of n - 1 classes.

    Raises:
        ValueError: no pixel was counted.
    """
    matrix = np.array(counts, np.float64)
    lost = np.zeros(len(matrix)) if unlabeled is None else np.array(unlabeled, np.float64)
    others = np.arange(len(matrix)) != ignored
    lost += matrix[:, ignored]  # labeled as what nobody asked for
    scores = score(matrix[np.ix_(others, others)], lost[others])
    return _with_true_clutter(scores, matrix, lost, others) if release_oa else scores


def _with_true_clutter(
    scores: Scores, matrix: np.ndarray, lost: np.ndarray, others: np.ndarray
) -> Scores:
    """Return the scores when true clutter counts, but in no mean."""
    matrix[:, ~others] = 0  # its pixels are in `lost`, even those that are labeled as clutter
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
