# SPDX-License-Identifier: GPL-2.0-or-later
"""Alpha: how far to go from the weights of the base to the trained ones.

Weights in between are often better than either (WiSE-FT, Wortsman et al., CVPR 2022). The best
alpha on some polygons is partly the luckiest, so its score on them is no proof. Therefore the
polygons of each fold are scored with the alpha that is best on all other folds. Where too few
polygons make that choice erratic, the preferred alpha is scored, which needs no choice.

Where the base is right about nearly all polygons, they cannot show a gain. What was learned from
them still helps where nothing was drawn, so the preferred alpha is taken unless it is worse.

Where the result hardly gains and is no better than guessing, the polygons contradict the image, and
what was learned from them makes the map worse. There the base is kept.
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
HARDLY_WRONG = 0.9  # mean F1 of a base whose polygons cannot show much of a gain
LEAST_ABOVE_GUESSING = 0.1  # fraction of the way from guessing to perfect, with a smaller gain
CLEAR_GAIN = 0.15  # of mean F1: noise was never seen to gain as much


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

    Of alphas that are equally good, the one closest to the preferred one is chosen. If the gain is
    less than a point, or vanishes both when each fold has the alpha of the others and with the
    preferred one, it is 0, or the preferred one if the base is hardly wrong and nothing is lost.
    It is also 0 if the result is no better than guessing, without a clear gain.

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
    if _is_like_guessing(alphas, counts, classes, folds, preferred):
        return AlphaChoice(0.0, counts[alphas.index(0)])
    is_allowed = np.array(alphas) <= largest
    alphas = [alpha for alpha in alphas if alpha <= largest]
    return _best_out_of_fold(alphas, counts[is_allowed], classes, folds, preferred)


def is_above_guessing(mean_f1: float, classes: int, fraction: float) -> bool:
    """Return whether a score reaches a fraction of the way from guessing to perfect.

    Args:
        mean_f1: mean F1, 0..1.
        classes: number of classes; guessing among them has a mean F1 of one divided by it.
        fraction: fraction of the way, 0..1.
    """
    chance = 1 / max(2, classes)
    return mean_f1 >= chance + fraction * (1 - chance)


def _is_like_guessing(
    alphas: Sequence[float],
    counts: np.ndarray,
    classes: np.ndarray,
    folds: np.ndarray,
    preferred: float,
) -> bool:
    """Return whether the polygons are labeled no better than by guessing, without a clear gain.

    Classes whose polygons lie in one fold do not count, because nothing is left to learn them from.
    """
    spread = [one for one in np.unique(classes) if len(np.unique(folds[classes == one])) > 1]
    is_spread = np.isin(classes, spread)
    if not is_spread.any():
        return False
    choice = _best_out_of_fold(alphas, counts, classes, folds, preferred)
    before, after = (
        _mean_f1(each[is_spread], classes[is_spread])
        for each in (counts[alphas.index(0)], choice.counts)
    )
    is_above = is_above_guessing(after, len(spread), LEAST_ABOVE_GUESSING)
    return not is_above and after - before < CLEAR_GAIN


def _best_out_of_fold(
    alphas: Sequence[float],
    counts: np.ndarray,
    classes: np.ndarray,
    folds: np.ndarray,
    preferred: float,
) -> AlphaChoice:
    zero = alphas.index(0)
    chosen = np.empty_like(counts[0])
    for fold in np.unique(folds):
        others = folds != fold
        at = _best(alphas, counts[:, others], classes[others], preferred, zero)
        chosen[~others] = counts[at, ~others]
    best = _best(alphas, counts, classes, preferred, zero)
    is_lucky = bool(len(classes)) and _mean_f1(chosen, classes) < _mean_f1(counts[zero], classes)
    if best == zero or is_lucky:
        at = _unchosen(alphas, counts, classes, preferred, zero)
        return AlphaChoice(float(alphas[at]), counts[at])
    return AlphaChoice(alphas[best], chosen)


def _unchosen(
    alphas: Sequence[float], counts: np.ndarray, classes: np.ndarray, preferred: float, zero: int
) -> int:
    """Return the index of the preferred alpha if nothing speaks against it, else that of 0.

    Nothing is lucky about its score, because it was not chosen by it.
    """
    at = int(np.argmin(np.abs(np.array(alphas) - preferred)))
    base, score = (_mean_f1(counts[one], classes) for one in (zero, at))
    is_gain = score - base >= LEAST_CHANGE
    return at if is_gain or (base >= HARDLY_WRONG and score >= base - TIE) else zero


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
