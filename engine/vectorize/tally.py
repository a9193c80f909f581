# SPDX-License-Identifier: GPL-2.0-or-later
"""The tally: what is known about the pixels of each component, in a form that adds up.

Tallies of two parts of a component merge into exactly the tally of the whole: sums of confidence
are whole percents, sums of height whole millimetres, both exact in float64, and percentiles come
from a histogram with bins of 0.1 m. So no number depends on how the raster was cut into strips.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .ragged import offsets

_BIN_MM = 100  # a percentile is off by half of this at most
_LOWEST_MM, _HIGHEST_MM = -100_000, 1_000_000  # heights beyond count as these, in percentiles
_BINS = (_HIGHEST_MM - _LOWEST_MM) // _BIN_MM


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

    def take(self, chosen: np.ndarray) -> Tally:
        """Return the tally of the components numbered `chosen`, in that order."""
        place = np.full(len(self.sums), -1)
        place[chosen] = np.arange(len(chosen))
        return self.regrouped(place, len(chosen))

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
            heights[known] = (_LOWEST_MM + (self.bins[rank] % _BINS + 0.5) * _BIN_MM) / 1000
        return heights


def tally_runs(
    owner: np.ndarray,
    lengths: np.ndarray,
    components: int,
    confidence: np.ndarray | None = None,
    heights_m: np.ndarray | None = None,
) -> Tally:
    """Return the tally of `components` components.

    Args:
        owner: (r,) integers, the component of each run.
        lengths: (r,) integers, the pixels of each run.
        components: how many there are.
        confidence: (p,) uint8 in percent, run after run; 0, or above 100: none.
        heights_m: (p,) float32, run after run; NaN where unknown.
    """
    tally = Tally.empty(components)
    tally.sums[:, 0] = np.bincount(owner, lengths, components)
    if confidence is not None and len(owner):
        given = (confidence > 0) & (confidence <= 100)
        percents = np.where(given, confidence, np.uint8(0))
        tally.sums[:, 1:3] = _sums(owner, lengths, components, percents, given)
    if heights_m is None or not len(owner):
        return tally
    given = np.isfinite(heights_m)
    heights_mm = np.rint(np.where(given, heights_m, 0) * np.float32(1000)).astype(np.int32)
    tally.sums[:, 3:5] = _sums(owner, lengths, components, heights_mm, given)
    level = np.clip((heights_mm - _LOWEST_MM) // _BIN_MM, 0, _BINS - 1)
    bins = (np.repeat(owner * _BINS, lengths) + level)[given]
    return Tally(tally.sums, *np.unique(bins, return_counts=True))


def _sums(
    owner: np.ndarray, lengths: np.ndarray, components: int, *columns: np.ndarray
) -> np.ndarray:
    """Return (n, c) float64: the sum of each column's (p,) values over each component."""
    starts = offsets(lengths)[:-1]
    totals = [np.add.reduceat(values, starts, dtype=np.int64) for values in columns]
    return np.column_stack([np.bincount(owner, total, components) for total in totals])


def _merged(bins: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return each bin once, ascending, with its counts added up."""
    unique, place = np.unique(bins, return_inverse=True)
    return unique, np.bincount(place, counts, len(unique)).astype(np.int64)


def _ratio(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
