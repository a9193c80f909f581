# SPDX-License-Identifier: GPL-2.0-or-later
"""Resolution bounds: scores of a perfect network that labels cells instead of pixels.

The truth is downsampled and upsampled again. The resulting score is an upper bound for any network
that predicts at that stride.

    E. Shelhamer, J. Long, T. Darrell, Fully Convolutional Networks for Semantic Segmentation,
    TPAMI 2017, Section 6.3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .confusion import IGNORED, Confusion
from .scores import score

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

FACTORS = (1, 4, 8, 16, 32, 64, 128)  # those of the paper and 1 for full resolution


def nearest_labels(truth: np.ndarray, factor: int) -> np.ndarray:
    """Return the class at the center of each cell, (ceil(H / factor), ceil(W / factor))."""
    rows, cols = (
        np.minimum(np.arange(0, length, factor) + factor // 2, length - 1) for length in truth.shape
    )
    return truth[np.ix_(rows, cols)]


def majority_labels(truth: np.ndarray, factor: int, least_share: float = 0.0) -> np.ndarray:
    """Return the most frequent class of the labeled pixels of each cell.

    Args:
        truth: true codes, (H, W) uint8, `IGNORED` where unlabeled.
        factor: size of a cell in pixels; cells at the bottom and right edge may be smaller.
        least_share: a cell is `IGNORED` unless the share of the most frequent class among the
            labeled pixels is larger; .25 in the code of FRRN.

    Returns:
        Codes of the cells, (ceil(H / factor), ceil(W / factor)) uint8.
    """
    beyond = [(0, -length % factor) for length in truth.shape]
    padded = np.pad(truth, beyond, constant_values=IGNORED)
    cells = padded.reshape(padded.shape[0] // factor, factor, padded.shape[1] // factor, factor)
    codes = np.unique(truth[truth != IGNORED])
    if not len(codes):
        return np.full((cells.shape[0], cells.shape[2]), IGNORED, np.uint8)
    votes = np.stack([(cells == code).sum(axis=(1, 3)) for code in codes])  # (codes, rows, cols)
    most = votes.max(axis=0)
    return np.where(most > least_share * votes.sum(axis=0), codes[votes.argmax(axis=0)], IGNORED)


class ResolutionBounds:
    """Upper bounds of the scores at several strides, accumulated over scenes.

    Args:
        codes: class codes.
        factors: strides in pixels.
        coarsen: function that downsamples the truth, `nearest_labels` or `majority_labels`.
    """

    def __init__(
        self,
        codes: Sequence[int],
        factors: Sequence[int] = FACTORS,
        coarsen: Callable[[np.ndarray, int], np.ndarray] = nearest_labels,
    ) -> None:
        self._coarsen = coarsen
        self._confusions = {factor: Confusion(codes) for factor in factors}

    def feed(self, truth: np.ndarray) -> None:
        """Count the pixels of one scene, (H, W) uint8, `IGNORED` where unlabeled."""
        for factor, confusion in self._confusions.items():
            rows, cols = (np.arange(length) // factor for length in truth.shape)
            confusion.feed(truth, self._coarsen(truth, factor)[np.ix_(rows, cols)])

    @property
    def is_done(self) -> bool:
        """Whether any pixel was counted."""
        return all(confusion.is_done for confusion in self._confusions.values())

    def mean_ius(self) -> dict[int, float]:
        """Return the mean IU at each stride, NaN if no pixel was counted."""
        return {
            factor: score(confusion.counts, confusion.unlabeled).mean_iu
            if confusion.counts.any() or confusion.unlabeled.any()
            else float("nan")
            for factor, confusion in self._confusions.items()
        }
