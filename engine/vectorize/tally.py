# SPDX-License-Identifier: GPL-2.0-or-later
"""The tally: what is known about the pixels of each component, in a form that adds up.

Tallies of two parts of a component merge into exactly the tally of the whole: sums of confidence
are whole percents, sums of height whole millimetres, both exact in float64, and percentiles come
from a histogram with bins of 0.1 m. So no number depends on how the raster was cut into strips.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

BIN_M = 0.1  # a percentile is off by half of this at most
_LOWEST_M, _HIGHEST_M = -100.0, 1000.0  # heights beyond count as these, in percentiles only
_BINS = round((_HIGHEST_M - _LOWEST_M) / BIN_M)


class Tally(NamedTuple):
    """Sums over the pixels of each of n components.

    Args:
        sums: (n, 5) float64, all whole numbers: pixels; sum of confidence in percent and pixels
            that have one; sum of heights in millimetres and pixels that have one.
        bins: (m,) int64, component * bins + bin of height, ascending, each once.
        counts: (m,) int64, pixels in each of `bins`.
    """

    sums: np.ndarray
    bins: np.ndarray
    counts: np.ndarray

    @classmethod
    def empty(cls, components: int = 0) -> Tally:
        """Return the tally of components without pixels."""
        none = np.empty(0, np.int64)
        return cls(np.zeros((components, 5)), none, none)

    @property
    def pixels(self) -> np.ndarray:
        """Pixels of each component, (n,) float64."""
        return self.sums[:, 0]

    def regrouped(self, component: np.ndarray, components: int) -> Tally:
        """Return the tally with each old component counted for a new one.

        Args:
            component: (n,) int64, the new number of each old component; -1 drops it.
            components: how many new ones there are.
        """
        kept = component >= 0
        sums = np.zeros((components, 5))
        np.add.at(sums, component[kept], self.sums[kept])
        owner, level = np.divmod(self.bins, _BINS)
        owner = component[owner] if len(owner) else owner
        return Tally(
            sums, *_merged(owner[owner >= 0] * _BINS + level[owner >= 0], self.counts[owner >= 0])
        )

    def plus(self, other: Tally) -> Tally:
        """Return both tallies of the same components added up."""
        merged = _merged(
            np.concatenate((self.bins, other.bins)), np.concatenate((self.counts, other.counts))
        )
        return Tally(self.sums + other.sums, *merged)

    def mean_confidence(self) -> np.ndarray:
        """Return (n,) float64 in percent, NaN for a component without confidence."""
        return _ratio(self.sums[:, 1], self.sums[:, 2])

    def mean_height_m(self) -> np.ndarray:
        """Return (n,) float64, NaN for a component without heights."""
        return _ratio(self.sums[:, 3], self.sums[:, 4]) / 1000

    def percentile_height_m(self, percent: float) -> np.ndarray:
        """Return (n,) float64: the nearest-rank percentile, to half a bin; NaN without heights."""
        heights = np.full(len(self.sums), np.nan)
        known = np.flatnonzero(self.sums[:, 4])
        if len(known):
            reached = np.cumsum(self.counts)
            total = self.sums[known, 4]
            before = np.cumsum(total) - total
            rank = np.searchsorted(reached, before + np.ceil(total * percent / 100))
            heights[known] = _LOWEST_M + (self.bins[rank] % _BINS + 0.5) * BIN_M
        return heights


def tally_pixels(
    owner: np.ndarray,
    components: int,
    confidence: np.ndarray | None = None,
    heights_m: np.ndarray | None = None,
) -> Tally:
    """Return the tally of `components` components.

    Args:
        owner: (p,) integers, the component of each pixel.
        components: how many there are.
        confidence: (p,) uint8 in percent; 0, or above 100: none.
        heights_m: (p,) float32, NaN where unknown.
    """
    tally = Tally.empty(components)
    tally.sums[:, 0] = np.bincount(owner, minlength=components)
    if confidence is not None:
        given = (confidence > 0) & (confidence <= 100)
        tally.sums[:, 1:3] = _sum_and_count(owner[given], confidence[given], components)
    if heights_m is None:
        return tally
    given = np.isfinite(heights_m)
    owner, heights_m = owner[given], heights_m[given].astype(np.float64)
    tally.sums[:, 3:5] = _sum_and_count(owner, np.rint(heights_m * 1000), components)
    level = np.clip((heights_m - _LOWEST_M) / BIN_M, 0, _BINS - 1).astype(np.int64)
    return Tally(tally.sums, *np.unique(owner * _BINS + level, return_counts=True))


def _sum_and_count(owner: np.ndarray, values: np.ndarray, components: int) -> np.ndarray:
    """Return (n, 2) float64: the sum of the values of each component, and how many there are."""
    total = np.bincount(owner, values, components)
    return np.column_stack((total, np.bincount(owner, minlength=components)))


def _merged(bins: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each bin once, ascending, with its counts added up."""
    unique, place = np.unique(bins, return_inverse=True)
    return unique, np.bincount(place, counts, len(unique)).astype(np.int64)


def _ratio(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
