# SPDX-License-Identifier: GPL-2.0-or-later
"""Alpha: how far to go from the weights of the base to the trained ones.

Weights in between are often better than either (WiSE-FT, Wortsman et al., CVPR 2022). The best
alpha on some polygons is partly the luckiest, so its score on them is no proof. Therefore the
polygons of each fold are scored with the alpha that is best on all other folds. Where too few
polygons make that choice erratic, the preferred alpha is scored, which needs no choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .polygon_scores import f1_of_polygons

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_GAIN = 0.02  # of mean F1: less is not shown to be better
LEAST_CHANGE = 0.01  # of mean F1: less is no reason to leave the base
TIE = 0.005  # a smaller difference of mean F1 is no reason to prefer an alpha


class AlphaChoice(NamedTuple):
    """Chosen alpha.

    Args:
        alpha: alpha for the final weights; 0, which is the base, if nothing is gained.
        counts: (n, classes) pixels of each predicted class in each polygon, with the alpha chosen
            without its fold; those of the base if alpha is 0.
    """

    alpha: float
    counts: np.ndarray


def choose_alpha(
    alphas: Sequence[float],
    counts: np.ndarray,
    classes: np.ndarray,
    folds: np.ndarray,
    preferred: float = 1.0,
    largest: float = 1.0,
) -> AlphaChoice:
    """Return the alpha with the best mean F1 out of fold.

    Of alphas that are equally good, the one closest to the preferred one is chosen. It is 0 if the
    gain is less than a point, or vanishes both when each fold has the alpha of the others and
    with the preferred one.

    Args:
        alphas: alphas that were tried, 0 among them.
        counts: (alphas, n, classes) pixels of each predicted class in each polygon, out of fold.
        classes: (n,) true class of each polygon.
        folds: (n,) fold of each polygon.
        preferred: alpha that is used if there is nothing to choose by.
        largest: largest alpha to choose; see `largest_alpha`.

    Raises:
        ValueError: if 0 was not tried.
    """
    counts = counts[np.array(alphas) <= largest]
    alphas = [alpha for alpha in alphas if alpha <= largest]
    zero = alphas.index(0)
    chosen = np.empty_like(counts[0])
    for fold in np.unique(folds):
        others = folds != fold
        at = _best(alphas, counts[:, others], classes[others], preferred, zero)
        chosen[~others] = counts[at, ~others]
    best = _best(alphas, counts, classes, preferred, zero)
    if best == zero:
        return AlphaChoice(0.0, counts[zero])
    if len(classes) and _mean_f1(chosen, classes) < _mean_f1(counts[zero], classes):
        return _unchosen(alphas, counts, classes, preferred, zero)
    return AlphaChoice(alphas[best], chosen)


def _unchosen(
    alphas: Sequence[float], counts: np.ndarray, classes: np.ndarray, preferred: float, zero: int
) -> AlphaChoice:
    """Return the preferred alpha if it gains enough, else 0: nothing is lucky about its score."""
    at = int(np.argmin(np.abs(np.array(alphas) - preferred)))
    if _mean_f1(counts[at], classes) - _mean_f1(counts[zero], classes) < LEAST_CHANGE:
        at = zero
    return AlphaChoice(alphas[at], counts[at])


def _best(
    alphas: Sequence[float], counts: np.ndarray, classes: np.ndarray, preferred: float, zero: int
) -> int:
    distances = np.abs(np.array(alphas) - preferred)
    if not len(classes):
        return int(np.argmin(distances))
    scores = np.array([_mean_f1(each, classes) for each in counts])
    if scores.max() - scores[zero] < LEAST_CHANGE:
        return zero
    is_tied = scores >= scores.max() - TIE
    return int(np.argmin(np.where(is_tied, distances, np.inf)))


def _mean_f1(counts: np.ndarray, classes: np.ndarray) -> float:
    return float(np.nanmean(f1_of_polygons(counts, classes)))
