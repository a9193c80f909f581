# SPDX-License-Identifier: GPL-2.0-or-later
"""Objects: how many houses and cars are found, whatever their size.

A true and a found object match if they share more than half of their union. Nothing can share
more than half with two others, so each matches at most once, and no assignment is to be solved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST_IOU = 0.5


@dataclass(frozen=True)
class ObjectCounts:
    """How many objects there are; counts of several scenes add up.

    Args:
        true: objects in the truth.
        found: objects in the labels.
        matched: of both, those that match.

    Example:
        >>> (ObjectCounts(3, 1, 1) + ObjectCounts(1, 1, 1)).f1
        0.6666666666666666
    """

    true: int = 0
    found: int = 0
    matched: int = 0

    def __add__(self, other: ObjectCounts) -> ObjectCounts:
        return ObjectCounts(
            self.true + other.true, self.found + other.found, self.matched + other.matched
        )

    @property
    def precision(self) -> float:
        """Share of the found objects that are true; NaN where none is found."""
        return self.matched / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        """Share of the true objects that are found; NaN where there is none."""
        return self.matched / self.true if self.true else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of both; NaN where there are no objects at all."""
        both = self.true + self.found
        return 2 * self.matched / both if both else float("nan")


def match_objects(
    true: np.ndarray, found: np.ndarray, least_iou: float = LEAST_IOU
) -> ObjectCounts:
    """Return how many objects match.

    Args:
        true: (H, W) integers: number of the true object each pixel belongs to, 0 for none.
        found: (H, W) integers: the same of the labels.
        least_iou: objects match if they share more of their union; at least 0.5.

    Raises:
        ValueError: the shapes differ, or an object could match twice.
    """
    if true.shape != found.shape:
        raise ValueError(f"True objects have shape {true.shape}, found ones {found.shape}.")
    if least_iou < 0.5:
        raise ValueError(f"At an IoU of {least_iou} an object could match twice.")
    true_px, found_px = np.bincount(true.ravel()), np.bincount(found.ravel())
    shared = (true > 0) & (found > 0)
    pairs = true[shared].astype(np.int64) * len(found_px) + found[shared]
    keys, shared_px = np.unique(pairs, return_counts=True)
    union_px = true_px[keys // len(found_px)] + found_px[keys % len(found_px)] - shared_px
    return ObjectCounts(
        true=int(np.count_nonzero(true_px[1:])),
        found=int(np.count_nonzero(found_px[1:])),
        matched=int(np.count_nonzero(shared_px > least_iou * union_px)),
    )
