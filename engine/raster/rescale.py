# SPDX-License-Identifier: GPL-2.0-or-later
"""Rescaling of chips to another pixel size.

Larger pixels are area averages, smaller ones are interpolated bilinearly. Both are weighted sums
along rows and columns. The weights of a pixel depend only on its position, so a raster rescaled in
windows equals the raster rescaled whole, bit for bit.

Heights on smaller pixels are those of the nearest valid pixel, because interpolation would turn the
steps at roof edges and in gaps of crowns into slopes that do not exist.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .chip import Chip

MOST_UNKNOWN = 0.5 + 1e-6


class Taps(NamedTuple):
    """Source pixels and weights of each target pixel along an axis.

    Args:
        source: (k, n) intp, rows or columns of the source; entries of zero weight may repeat.
        weight: (k, n) float32; the k weights of a pixel sum to 1.
        nearest: (n,) intp, row or column of the source that contains the pixel's center.
        is_finer: whether the target pixels are smaller than the source pixels.
    """

    source: np.ndarray
    weight: np.ndarray
    nearest: np.ndarray
    is_finer: bool

    @classmethod
    def along(cls, start: int, length: int, scale: float, source_length: int) -> Taps:
        """Return the taps of a range of target pixels along an axis.

        Args:
            start: first pixel.
            length: number of pixels.
            scale: size of a target pixel in source pixels.
            source_length: number of source pixels along the whole axis, with the same origin.
        """
        index = np.arange(start, start + length, dtype=np.float64)
        nearest = np.minimum(((index + 0.5) * scale).astype(np.intp), source_length - 1)
        taps = _covered if scale > 1 else _between
        return cls(*taps(index, scale, source_length), nearest, scale < 1)

    @property
    def stretch(self) -> tuple[int, int]:
        """First source pixel, and number of source pixels up to the last."""
        first = int(self.source.min())
        return first, int(self.source.max()) + 1 - first

    def counted_from(self, first: int) -> Taps:
        """Return the same taps for a source cropped to start at pixel `first`."""
        return self._replace(source=self.source - first, nearest=self.nearest - first)


def rescale_chip(chip: Chip, rows: Taps, cols: Taps) -> tuple[Chip, np.ndarray]:
    """Return a chip rescaled to other pixels, and the invalid fraction of each of those.

    Args:
        chip: chip to rescale; changed in place as by `rescale`.
        rows: taps of the m target rows.
        cols: taps of the n target columns.

    Returns:
        The chip of (m, n) pixels, valid where `is_known` is true, and the fractions (m, n) float32,
        0..1. Heights on smaller pixels are nearest-neighbor, or interpolated if that is invalid.
    """
    bands, heights, valid = chip
    if heights is None:
        means, unknown = rescale([*bands], valid, rows, cols)
        return Chip(means, None, is_known(unknown)), unknown
    means, unknown = rescale([*bands, heights], valid, rows, cols)
    if rows.is_finer and cols.is_finer:
        nearest = np.ix_(rows.nearest, cols.nearest)
        np.copyto(means[-1], heights[nearest], where=valid[nearest])
    known = is_known(unknown)
    means[-1][~known] = np.nan
    return Chip(means[:-1], means[-1], known), unknown


def rescale(
    planes: list[np.ndarray], valid: np.ndarray, rows: Taps, cols: Taps
) -> tuple[np.ndarray, np.ndarray]:
    """Return planes rescaled to other pixels, and the invalid fraction of each of those.

    Args:
        planes: planes (h, w) float32; changed in place: invalid pixels become 0.
        valid: (h, w) bool, validity of all planes; invalid pixels do not affect the results.
        rows: taps of the m target rows.
        cols: taps of the n target columns.

    Returns:
        Weighted means of valid pixels (B, m, n) float32, and the weight of invalid ones (m, n)
        float32, 0..1. Means with under half of the weight should not be used: see `is_known`.
    """
    shape = rows.source.shape[1], cols.source.shape[1]
    means = np.empty((len(planes), *shape), np.float32)
    if valid.all():
        for plane, mean in zip(planes, means, strict=True):
            mean[...] = _sums(plane, rows, cols)
        return means, np.zeros(shape, np.float32)
    invalid = ~valid
    unknown = _sums(invalid.astype(np.float32), rows, cols)
    known = np.maximum(1 - unknown, np.float32(1 - MOST_UNKNOWN))  # exactly 1 where all is valid
    for plane, mean in zip(planes, means, strict=True):
        np.copyto(plane, 0, where=invalid)
        np.divide(_sums(plane, rows, cols), known, out=mean)
    return means, unknown


def is_known(unknown: np.ndarray) -> np.ndarray:
    """Return a mask (h, w) bool of pixels whose sources are valid for at least half."""
    return unknown <= MOST_UNKNOWN


def _covered(index: np.ndarray, scale: float, source_length: int) -> tuple[np.ndarray, np.ndarray]:
    """Return source pixels and weights that average the area of each pixel."""
    start = index * scale
    stop = np.minimum(start + scale, source_length)
    first = np.floor(start)
    last = np.ceil(stop) - 1
    steps = np.arange(int((last - first).max()) + 1)[:, np.newaxis]
    tap = np.minimum(first + steps, last)
    covered = np.minimum(tap + 1, stop) - np.maximum(tap, start)
    covered[first + steps > last] = 0
    return tap.astype(np.intp), (covered / (stop - start)).astype(np.float32)


def _between(index: np.ndarray, scale: float, source_length: int) -> tuple[np.ndarray, np.ndarray]:
    """Return source pixels and weights that interpolate at pixel centers; edges are repeated."""
    center = (index + 0.5) * scale - 0.5
    before = np.floor(center)
    after_share = center - before
    tap = np.clip(np.stack([before, before + 1]), 0, source_length - 1)
    weight = np.stack([1 - after_share, after_share])
    return tap.astype(np.intp), weight.astype(np.float32)


def _sums(plane: np.ndarray, rows: Taps, cols: Taps) -> np.ndarray:
    return _sum_cols(_sum_rows(plane, rows), cols)


def _sum_rows(values: np.ndarray, taps: Taps) -> np.ndarray:
    total = _weighted_rows(values, taps.source[0], taps.weight[0])
    for index, weight in zip(taps.source[1:], taps.weight[1:], strict=True):
        total += _weighted_rows(values, index, weight)
    return total


def _weighted_rows(values: np.ndarray, index: np.ndarray, weight: np.ndarray) -> np.ndarray:
    part = values[index]
    part *= weight[:, np.newaxis]
    return part


def _sum_cols(values: np.ndarray, taps: Taps) -> np.ndarray:
    total = np.take(values, taps.source[0], axis=1) * taps.weight[0]
    for index, weight in zip(taps.source[1:], taps.weight[1:], strict=True):
        total += np.take(values, index, axis=1) * weight
    return total
