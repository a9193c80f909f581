# SPDX-License-Identifier: GPL-2.0-or-later
"""Trimaps: how good labels are close to where classes meet, and how that fades with distance.

A border is where two neighbors, side by side or one above the other, are of different classes.
Both are at distance 1. What is not known has no border.

    P. Kohli, L. Ladicky, P. Torr, Robust Higher Order Potentials for Enforcing Label Consistency,
    IJCV 2009.
    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Fig. 7: radii of 1 to 80 pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .confusion import IGNORED
from .discs import squared_distances
from .scores import score

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_RADIUS_PX = 80


class TrimapCurve:
    """Fed with truth and labels, holds a confusion matrix for each radius.

    Args:
        codes: class codes, in the order of the matrices.
        radius_px: the largest; the others are all whole numbers from 1.
    """

    def __init__(self, codes: Sequence[int], radius_px: int = LARGEST_RADIUS_PX) -> None:
        self.codes = tuple(codes)
        self.radii_px = np.arange(1, radius_px + 1)
        self._index_of = np.full(256, len(codes), np.intp)  # the last one: no class at all
        self._index_of[list(codes)] = np.arange(len(codes))
        self._rings = np.zeros((radius_px, len(codes) + 1, len(codes) + 1), np.uint64)

    def feed(
        self, truth: np.ndarray, labels: np.ndarray, part: tuple[slice, slice] | None = None
    ) -> None:
        """Count the pixels of one scene.

        Args:
            truth: (H, W) uint8; what is none of `codes` is not known.
            labels: (H, W) uint8.
            part: rows and columns to count; None: all. A large scene can be fed in parts that see
                as far around themselves as the curve reaches.

        Raises:
            ValueError: the shapes differ.
        """
        if truth.shape != labels.shape:
            raise ValueError(f"Truth has shape {truth.shape}, labels have {labels.shape}.")
        indices = self._index_of[truth]
        rings = border_distances(np.where(indices < len(self.codes), truth, IGNORED), self.reach_px)
        if part is not None:
            rings, indices, labels = rings[part], indices[part], labels[part]
        near = rings <= self.reach_px
        edge = len(self.codes) + 1
        places = (rings[near] - 1) * edge**2 + indices[near] * edge + self._index_of[labels[near]]
        counted = np.bincount(places, minlength=self._rings.size)
        self._rings += counted.reshape(self._rings.shape).astype(np.uint64)

    @property
    def reach_px(self) -> int:
        """The largest radius."""
        return len(self.radii_px)

    @property
    def counts(self) -> np.ndarray:
        """Return (radii, n, n) uint64: for each radius, rows are the truth, columns the labels."""
        return self._rings.cumsum(axis=0, dtype=np.uint64)[:, :-1, :-1]

    @property
    def unlabeled(self) -> np.ndarray:
        """Return (radii, n) uint64: pixels of each true class labeled as no class."""
        return self._rings.cumsum(axis=0, dtype=np.uint64)[:, :-1, -1]

    @property
    def is_done(self) -> bool:
        """Say whether there is a border, so that scores exist."""
        return bool(self._rings[:, :-1].any())

    def mean_ius(self) -> np.ndarray:
        """Return the mean IU at each radius, (radii,) float64; NaN where nothing was counted."""
        pairs = zip(self.counts, self.unlabeled, strict=True)
        return np.array([score(c, u).mean_iu if c.any() or u.any() else np.nan for c, u in pairs])


def border_distances(truth: np.ndarray, reach_px: int) -> np.ndarray:
    """Return how far each pixel is from a border, in pixels rounded up.

    That is how far it is to the nearest pixel beyond a border, one of another class.

    Args:
        truth: (H, W) uint8; `IGNORED` is no class and has no distance.
        reach_px: what lies farther away, or has no distance, is `reach_px` + 1.

    Returns:
        (H, W) int64, 1 at a border.
    """
    distances = np.full(truth.shape, reach_px + 1)
    at_border = _touches_another_class(truth)
    for code in np.unique(truth[truth != IGNORED]) if at_border.any() else ():
        inside = truth == code
        window = _around(inside, reach_px)
        beyond = at_border[window] & ~inside[window]
        squared = squared_distances(beyond, reach_px)
        distances[window][inside[window]] = np.ceil(np.sqrt(squared[inside[window]]))
    return distances


def _touches_another_class(truth: np.ndarray) -> np.ndarray:
    """Return which pixels have a neighbor, among four, of another known class."""
    touches = np.zeros(truth.shape, bool)
    known = truth != IGNORED
    for first, second in (
        (np.s_[:-1], np.s_[1:]),
        (np.s_[:, :-1], np.s_[:, 1:]),
    ):
        differ = (truth[first] != truth[second]) & known[first] & known[second]
        touches[first] |= differ
        touches[second] |= differ
    return touches


def _around(inside: np.ndarray, reach_px: int) -> tuple[slice, slice]:
    """Return the window of all that is inside, grown by the reach."""
    rows, cols = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(0, rows[0] - reach_px), rows[-1] + reach_px + 1),
        slice(max(0, cols[0] - reach_px), cols[-1] + reach_px + 1),
    )
