# SPDX-License-Identifier: GPL-2.0-or-later
"""Mergeable statistics of the pixels of each component.

Tallies of two parts of a component merge exactly to the tally of the whole: sums of confidence are
whole percents, sums of heights whole millimeters, both exact in float64, and percentiles are
computed from a histogram with bins of 0.1 m. So results do not depend on the strips.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .ragged import offsets

_BIN_MM = 100  # twice the largest error of a percentile
_LOWEST_MM, _HIGHEST_MM = -100_000, 1_000_000  # heights are clipped to this range in percentiles
_BINS = (_HIGHEST_MM - _LOWEST_MM) // _BIN_MM


class Tally(NamedTuple):
    """Sums over the pixels of each of n components.

    Args:
        sums: integer-valued sums, (n, 5) float64: number of pixels; sum of confidence in percent
            and number of its pixels; sum of heights in millimeters and number of its pixels.
        bins: unique keys component * bins + bin of height, (m,) int64, ascending.
        counts: number of pixels in each of `bins`, (m,) int64.
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
        """Number of pixels of each component, (n,) float64."""
        return self.sums[:, 0]

    def regrouped(self, component: np.ndarray, components: int) -> Tally:
        """Return the tally with components renumbered and merged.

        Args:
            component: new number of each component, (n,) int64; -1 drops it.
            components: new number of components.
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

    @classmethod
    def joined(cls, parts: list[Tally]) -> Tally:
        """Return the tally of the components of all `parts`, in order."""
        first = offsets(np.array([len(part.sums) for part in parts], np.int64)).tolist()
        moved = [part.bins + start * _BINS for part, start in zip(parts, first, strict=False)]
        none = np.empty(0, np.int64)
        return cls(
            np.concatenate([np.zeros((0, 5)), *(part.sums for part in parts)]),
            np.concatenate([none, *moved]),
            np.concatenate([none, *(part.counts for part in parts)]),
        )

    def plus(self, other: Tally) -> Tally:
        """Return the sum of two tallies of the same components."""
        merged = _merged(
            np.concatenate((self.bins, other.bins)), np.concatenate((self.counts, other.counts))
        )
        return Tally(self.sums + other.sums, *merged)

    def mean_confidence(self) -> np.ndarray:
        """Return the mean confidence in percent, (n,) float64, NaN without confidence."""
        return _ratio(self.sums[:, 1], self.sums[:, 2])

    def mean_height_m(self) -> np.ndarray:
        """Return the mean height in meters, (n,) float64, NaN without heights."""
        return _ratio(self.sums[:, 3], self.sums[:, 4]) / 1000

    def percentile_height_m(self, percent: float) -> np.ndarray:
        """Return the nearest-rank percentile to half a bin, (n,) float64, NaN without heights."""
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
    """Return the tally of runs.

    Args:
        owner: component of each run, (r,) integers.
        lengths: number of pixels of each run, (r,) integers.
        components: number of components.
        confidence: confidence in percent, (p,) uint8, ordered by run; 0 and values above 100 are
            nodata.
        heights_m: heights in meters, (p,) float32, ordered by run; NaN where unknown.
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
    """Return the sums of each column's (p,) values over each component, (n, c) float64."""
    starts = offsets(lengths)[:-1]
    totals = [np.add.reduceat(values, starts, dtype=np.int64) for values in columns]
    return np.column_stack([np.bincount(owner, total, components) for total in totals])


def _merged(bins: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the unique bins, ascending, with their summed counts."""
    unique, place = np.unique(bins, return_inverse=True)
    return unique, np.bincount(place, counts, len(unique)).astype(np.int64)


def _ratio(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)
