# SPDX-License-Identifier: GPL-2.0-or-later
"""Trimaps: scores of the labels as a function of the distance to class borders.

A border lies between two horizontally or vertically adjacent pixels of different classes, both of
which have distance 1. Unlabeled pixels have no border.

    P. Kohli, L. Ladicky, P. Torr, Robust Higher Order Potentials for Enforcing Label Consistency,
    IJCV 2009.
    T. Pohlen, A. Hermans, M. Mathias, B. Leibe, Full-Resolution Residual Networks for Semantic
    Segmentation in Street Scenes, CVPR 2017, Fig. 7: radii of 1 to 80 pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .confusion import IGNORED
from .distances import squared_distances
from .scores import score

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_RADIUS_PX = 80


class TrimapCurve:
    """Confusion matrices for all radii, accumulated from truth and labels.

    Args:
        codes: class codes, in the order of the matrices.
        radius_px: largest radius in pixels; the radii are all integers from 1.
    """

    def __init__(self, codes: Sequence[int], radius_px: int = LARGEST_RADIUS_PX) -> None:
        self.codes = tuple(codes)
        self.radii_px = np.arange(1, radius_px + 1)
        self._index_of = np.full(256, len(codes), np.intp)  # the last index stands for no class
        self._index_of[list(codes)] = np.arange(len(codes))
        self._rings = np.zeros((radius_px, len(codes) + 1, len(codes) + 1), np.uint64)

    def feed(
        self, truth: np.ndarray, labels: np.ndarray, part: tuple[slice, slice] | None = None
    ) -> None:
        """Count the pixels of one scene.

        Args:
            truth: true codes, (H, W) uint8; pixels with codes not in `codes` are unlabeled.
            labels: predicted codes, (H, W) uint8.
            part: rows and columns to count; None for all. A large scene can be fed in parts, each
                with a margin of `reach_px` pixels around it.

        Raises:
            ValueError: if the shapes differ.
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
        """Largest radius in pixels."""
        return len(self.radii_px)

    @property
    def counts(self) -> np.ndarray:
        """Confusion matrices, (radii, n, n) uint64; rows are the truth, columns the labels."""
        return self._rings.cumsum(axis=0, dtype=np.uint64)[:, :-1, :-1]

    @property
    def unlabeled(self) -> np.ndarray:
        """Number of unlabeled pixels of each true class, (radii, n) uint64."""
        return self._rings.cumsum(axis=0, dtype=np.uint64)[:, :-1, -1]

    @property
    def is_done(self) -> bool:
        """Whether there is a border, so that scores are defined."""
        return bool(self._rings[:, :-1].any())

    def mean_ius(self) -> np.ndarray:
        """Return the mean IU at each radius, (radii,) float64; NaN if no pixel was counted."""
        pairs = zip(self.counts, self.unlabeled, strict=True)
        return np.array([score(c, u).mean_iu if c.any() or u.any() else np.nan for c, u in pairs])


def border_distances(truth: np.ndarray, reach_px: int) -> np.ndarray:
    """Return the distance of each pixel from the nearest border, in pixels rounded up.

    This is the distance to the nearest pixel beyond a border, which belongs to another class.

    Args:
        truth: true codes, (H, W) uint8; `IGNORED` pixels have no class and no distance.
        reach_px: maximum distance; larger and undefined distances are `reach_px` + 1.

    Returns:
        Distances, (H, W) int64, 1 at a border.
    """
    distances = np.full(truth.shape, reach_px + 1)
    at_border = _touches_another_class(truth)
    for code in np.unique(truth[truth != IGNORED]) if at_border.any() else ():
        inside = truth == code
        window = _bounding_window(inside, reach_px)
        beyond = at_border[window] & ~inside[window]
        squared = squared_distances(beyond, reach_px)
        distances[window][inside[window]] = np.ceil(np.sqrt(squared[inside[window]]))
    return distances


def _touches_another_class(truth: np.ndarray) -> np.ndarray:
    """Return the mask of pixels with one of four neighbors of another class, (H, W) bool."""
    touches = np.zeros(truth.shape, bool)
    labeled = truth != IGNORED
    for first, second in (
        (np.s_[:-1], np.s_[1:]),
        (np.s_[:, :-1], np.s_[:, 1:]),
    ):
        differ = (truth[first] != truth[second]) & labeled[first] & labeled[second]
        touches[first] |= differ
        touches[second] |= differ
    return touches


def _bounding_window(inside: np.ndarray, reach_px: int) -> tuple[slice, slice]:
    """Return the bounding window of a mask, grown by `reach_px`."""
    rows, cols = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    return (
        slice(max(0, rows[0] - reach_px), rows[-1] + reach_px + 1),
        slice(max(0, cols[0] - reach_px), cols[-1] + reach_px + 1),
    )
