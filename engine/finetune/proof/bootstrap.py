# SPDX-License-Identifier: GPL-2.0-or-later
"""Intervals of gains by a paired bootstrap over groups of polygons, and a sign test for few groups.

Neighboring polygons are right or wrong together, so groups are drawn with replacement, not
polygons. The percentile interval of few groups is too short; it is expanded as in Hesterberg, What
Teachers Should Know About the Bootstrap, The American Statistician 69 (2015), section 5.3.
"""

from __future__ import annotations

from math import comb
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, stdtrit

from .polygon_scores import f1_of, sums_by_group

DRAWS = 2000
CONFIDENCE = 0.9


class Interval(NamedTuple):
    """Interval of a gain; NaN where too few draws have a value."""

    low: float
    high: float


class GainIntervals(NamedTuple):
    """Intervals of the gain in mean F1 and in the F1 of each class."""

    mean: Interval
    classes: tuple[Interval, ...]


def gain_intervals(
    before: np.ndarray, after: np.ndarray, classes: np.ndarray, groups: np.ndarray, seed: int = 0
) -> GainIntervals:
    """Return 90 % intervals of the gain in F1.

    Args:
        before: (n, classes) pixels of each predicted class in each polygon before.
        after: (n, classes) pixels after.
        classes: (n,) true class of each polygon.
        groups: (n,) group of each polygon, from 0.
        seed: seed of the draws.
    """
    sums_before, numbers = sums_by_group(before, classes, groups)
    sums_after, _ = sums_by_group(after, classes, groups)
    count = len(numbers)
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(count, np.full(count, 1 / count), DRAWS).astype(float)
    drawn = draws @ numbers
    gains = _f1(draws, sums_after, drawn) - _f1(draws, sums_before, drawn)
    known = ~np.isnan(gains)
    means = np.where(known, gains, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    groups_of_class = (numbers > 0).sum(axis=0).tolist()
    return GainIntervals(
        _interval(means, count),
        tuple(
            _interval(gains[known[:, at], at], groups_of_class[at]) for at in range(gains.shape[1])
        ),
    )


def sign_test(better: int, worse: int) -> float:
    """Return the probability of at least `better` gains by chance, if losses are as likely."""
    trials = better + worse
    return sum(comb(trials, k) for k in range(better, trials + 1)) / 2**trials


def _f1(draws: np.ndarray, sums: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    return f1_of(np.einsum("dg,gtp->dtp", draws, sums, optimize=True), drawn)


def _interval(gains: np.ndarray, groups: int) -> Interval:
    """Return the expanded percentile interval of draws of a number of groups."""
    if groups < 2 or len(gains) < DRAWS // 2:
        return Interval(np.nan, np.nan)
    tail = (1 - CONFIDENCE) / 2
    expanded = float(ndtr(np.sqrt(groups / (groups - 1)) * stdtrit(groups - 1, tail)))
    low, high = np.quantile(gains, (expanded, 1 - expanded)).tolist()
    return Interval(low, high)
