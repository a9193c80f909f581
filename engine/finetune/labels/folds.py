# SPDX-License-Identifier: GPL-2.0-or-later
"""Folds: groups of polygons dealt to a few parts, each of which is left out of learning once.

So every polygon is predicted by a network that has learned from no polygon of its group.
"""

from __future__ import annotations

import numpy as np

MOST_FOLDS = 5


def deal_folds(
    groups: np.ndarray, classes: np.ndarray, seed: int, most: int = MOST_FOLDS
) -> np.ndarray:
    """Return the fold of each polygon, (n,) int; all are 0 if there is one group only.

    Each class is spread over the folds as far as its groups allow. Rare classes are dealt first,
    then groups of many polygons, each to the fold that has least of its classes.

    Args:
        groups: (n,) group of each polygon, from 0.
        classes: (n,) class index of each polygon.
        seed: seed of the order of equal groups.
        most: largest number of folds.
    """
    count = int(groups.max(initial=-1)) + 1
    folds = max(1, min(most, count))
    _, columns = np.unique(classes, return_inverse=True)
    held = np.zeros((count, columns.max(initial=-1) + 1))
    np.add.at(held, (groups, columns), 1)
    shares = held / np.maximum(held.sum(axis=0), 1)
    rng = np.random.default_rng(seed)
    # A group with a large part of a class leaves least choice.
    order = np.lexsort((rng.random(count), -held.sum(axis=1), -shares.max(axis=1, initial=0)))
    dealt = np.zeros((folds, shares.shape[1]))
    fold_of = np.zeros(count, int)
    for group in order:
        after = ((dealt + shares[group]) ** 2).sum(axis=1) - (dealt**2).sum(axis=1)
        sizes = dealt.sum(axis=1)
        fold_of[group] = np.lexsort((sizes, after.round(9)))[0]
        dealt[fold_of[group]] += shares[group]
    return fold_of[groups]
