# SPDX-License-Identifier: GPL-2.0-or-later
"""The confusion matrix of a whole set: which class was labeled as which, pixel by pixel.

Scores are computed from the counts of all scenes together. Averaging the scores of scenes is
another, wrong number: a scene with three car pixels would weigh as much as a parking lot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

IGNORED = 255  # truth nobody is scored on


class Confusion:
    """Fed with truth and labels, holds the counts.

    Args:
        codes: class codes, in the order of the matrix.

    Example:
        >>> confusion = Confusion(codes=(1, 2))
        >>> confusion.feed(np.array([1, 1, 2, 255]), np.array([1, 2, 2, 2]))
        >>> confusion.counts
        array([[1, 1],
               [0, 1]], dtype=uint64)
    """

    def __init__(self, codes: Sequence[int]) -> None:
        if len(set(codes)) < len(codes) or not all(0 <= code < IGNORED for code in codes):
            raise ValueError(f"Class codes must be different and within 0..{IGNORED - 1}: {codes}.")
        self.codes = tuple(codes)
        self._index_of = np.full(256, len(codes), np.intp)  # the last column: no class at all
        self._index_of[list(codes)] = np.arange(len(codes))
        self._counts = np.zeros((len(codes) + 1, len(codes) + 1), np.uint64)

    def feed(self, truth: np.ndarray, labels: np.ndarray) -> None:
        """Count pixels of one scene or tile.

        Args:
            truth: uint8 of any shape; pixels whose code is not one of `codes` are not counted.
            labels: uint8 of the same shape; a code outside `codes` is an error like any other.

        Raises:
            ValueError: the shapes differ.
        """
        if truth.shape != labels.shape:
            raise ValueError(f"Truth has shape {truth.shape}, labels have {labels.shape}.")
        edge = len(self._counts)
        pairs = self._index_of[truth].ravel() * edge + self._index_of[labels].ravel()
        counted = np.bincount(pairs, minlength=edge * edge)
        self._counts += counted.reshape(edge, edge).astype(np.uint64)

    @property
    def counts(self) -> np.ndarray:
        """Return (n, n) uint64: rows are the truth, columns the labels."""
        return self._counts[:-1, :-1].copy()

    @property
    def unlabeled(self) -> np.ndarray:
        """Return (n,) uint64: pixels of each true class labeled as no class, say nodata."""
        return self._counts[:-1, -1].copy()

    @property
    def is_done(self) -> bool:
        """Say whether any pixel was counted, so that scores exist."""
        return bool(self._counts[:-1].any())


def merge_classes(counts: np.ndarray, groups: Sequence[Sequence[int]]) -> np.ndarray:
    """Return the confusion matrix of categories, each of one or more classes.

    Args:
        counts: (..., n, n); rows are the truth, columns the labels.
        groups: rows of each category; a class in none of them is left out.

    Example:
        >>> merge_classes(np.array([[3, 1, 0], [2, 4, 1], [0, 1, 5]]), [(0, 1), (2,)])
        array([[10,  1],
               [ 1,  5]])
    """
    rows = np.stack([counts[..., list(group), :].sum(axis=-2) for group in groups], axis=-2)
    return np.stack([rows[..., list(group)].sum(axis=-1) for group in groups], axis=-1)
