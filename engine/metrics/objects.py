# SPDX-License-Identifier: GPL-2.0-or-later
"""Object-level scores: number of detected objects, independent of their size.

A true and a found object match if their intersection over union exceeds 0.5. Each object can then
match at most one other, so no assignment problem has to be solved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST_IOU = 0.5


@dataclass(frozen=True)
class ObjectCounts:
    """Numbers of objects, which can be summed over scenes.

    Args:
        true: number of objects in the truth.
        found: number of objects in the labels.
        matched: number of matching pairs.

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
        """Share of the found objects that are true; NaN if there are none."""
        return self.matched / self.found if self.found else float("nan")

    @property
    def recall(self) -> float:
        """Share of the true objects that are found; NaN if there are none."""
        return self.matched / self.true if self.true else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; NaN if there are no objects."""
        both = self.true + self.found
        return 2 * self.matched / both if both else float("nan")


def match_objects(
    true: np.ndarray, found: np.ndarray, least_iou: float = LEAST_IOU
) -> ObjectCounts:
    """Return the numbers of true, found and matching objects.

    Args:
        true: ID of the true object of each pixel, 0 for none, (H, W) integers.
        found: ID of the found object of each pixel, 0 for none, (H, W) integers.
        least_iou: objects match if their intersection over union is larger, at least 0.5.

    Raises:
        ValueError: if the shapes differ or `least_iou` is less than 0.5.
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
