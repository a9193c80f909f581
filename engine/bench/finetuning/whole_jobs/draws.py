# SPDX-License-Identifier: GPL-2.0-or-later
"""Discs drawn on a scene: where the model is wrong, at random, or with random classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import uniform_filter

from ..target import DISC_M
from ..trial import DRAWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..target import Target

DRAWS = ("errors", "random", "noise")
ON_ERRORS = 0.8  # share of the discs of a class on errors, as far as there are any
WRONG = 0.5  # share of wrong pixels around the center of a disc on an error


def drawn_discs(
    target: Target, labels: np.ndarray, draw: str, count: int, rng: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Return discs as (row, column, class index) of their centers in the drawn part.

    Args:
        target: scene with its truth.
        labels: class index that the model gives each pixel of the drawn part, (h, w) uint8.
        draw: one of `DRAWS`; of "noise", places are random and classes are exchanged at random.
        count: largest number of discs, dealt to the drawn classes in turn.
        rng: random number generator.
    """
    truth = target.classes[target.drawn_part.slices]
    radius = round(DISC_M / target.gsd_m)
    inside = target.centers_of_discs(DRAWN)
    known = list(inside)
    is_wrong = uniform_filter((labels != truth).astype(np.float32), 2 * radius + 1) >= WRONG
    discs = []
    is_free = np.ones(truth.shape, bool)
    for number in range(count):
        one = known[number % len(known)]
        spots = np.argwhere(inside[one] & is_free & is_wrong)
        if draw != "errors" or len(spots) == 0 or rng.random() >= ON_ERRORS:
            spots = np.argwhere(inside[one] & is_free)
        if len(spots) == 0:  # all areas of the class are drawn
            continue
        row, column = (int(index) for index in spots[rng.integers(len(spots))])
        discs.append((row, column, one))
        apart = 2 * radius + 1  # discs of two classes must not overlap
        is_free[max(0, row - apart) : row + apart, max(0, column - apart) : column + apart] = False
    return _exchanged(discs, rng) if draw == "noise" else discs


def _exchanged(
    discs: Sequence[tuple[int, int, int]], rng: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Return discs whose classes are drawn at random."""
    classes = rng.permutation([one for _, _, one in discs])
    return [(row, column, int(one)) for (row, column, _), one in zip(discs, classes, strict=True)]
