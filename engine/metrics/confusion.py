# SPDX-License-Identifier: GPL-2.0-or-later
"""Confusion matrix of pixels, accumulated over a set of scenes.

Scores are computed from the accumulated counts of all scenes. Averaging the scores of individual
scenes would be wrong: a scene with three car pixels would have the same weight as a parking lot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

IGNORED = 255  # truth code of pixels that are not scored


class Confusion:
    """Confusion matrix accumulated from truth and labels.

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
            raise ValueError(f"Class codes must be unique and within 0..{IGNORED - 1}: {codes}.")
        self.codes = tuple(codes)
        self._index_of = np.full(256, len(codes), np.intp)  # the last index stands for no class
        self._index_of[list(codes)] = np.arange(len(codes))
        self._counts = np.zeros((len(codes) + 1, len(codes) + 1), np.uint64)

    def feed(self, truth: np.ndarray, labels: np.ndarray) -> None:
        """Count the pixels of one scene or tile.

        Args:
            truth: true codes, uint8 of any shape; pixels with codes not in `codes` are ignored.
            labels: predicted codes, uint8 of the same shape; codes not in `codes` are errors.

        Raises:
            ValueError: if the shapes differ.
        """
        if truth.shape != labels.shape:
            raise ValueError(f"Truth has shape {truth.shape}, labels have {labels.shape}.")
        edge = len(self._counts)
        pairs = self._index_of[truth].ravel() * edge + self._index_of[labels].ravel()
        counted = np.bincount(pairs, minlength=edge * edge)
        self._counts += counted.reshape(edge, edge).astype(np.uint64)

    @property
    def counts(self) -> np.ndarray:
        """Confusion matrix, (n, n) uint64; rows are the truth, columns the labels."""
        return self._counts[:-1, :-1].copy()

    @property
    def unlabeled(self) -> np.ndarray:
        """Number of pixels of each true class without a label, such as nodata, (n,) uint64."""
        return self._counts[:-1, -1].copy()

    @property
    def is_done(self) -> bool:
        """Whether any pixel was counted, so that scores are defined."""
        return bool(self._counts[:-1].any())


def merge_classes(counts: np.ndarray, groups: Sequence[Sequence[int]]) -> np.ndarray:
    """Return the confusion matrix of categories, each of one or more classes.

    Args:
        counts: confusion matrices, (..., n, n); rows are the truth, columns the labels.
        groups: class indices of each category; classes in none of them are ignored.

    Example:
        >>> merge_classes(np.array([[3, 1, 0], [2, 4, 1], [0, 1, 5]]), [(0, 1), (2,)])
        array([[10,  1],
               [ 1,  5]])
    """
    rows = np.stack([counts[..., list(group), :].sum(axis=-2) for group in groups], axis=-2)
    return np.stack([rows[..., list(group)].sum(axis=-1) for group in groups], axis=-1)


def count_classes(indices: np.ndarray, classes: int) -> np.ndarray:
    """Return the number of pixels of each class, (classes,) int64.

    Args:
        indices: class index of each pixel, uint8 of any shape; `IGNORED` and others do not count.
        classes: number of classes.
    """
    return np.bincount(indices.ravel(), minlength=256)[:classes]
