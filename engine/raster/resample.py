# SPDX-License-Identifier: GPL-2.0-or-later
"""Resampling kernels: block averages and bilinear interpolation.

A result does not depend on the window that is computed with it, so a raster resampled in windows
equals the raster resampled whole, bit for bit. NaN is unknown; a result is known if known values
have at least half of the weight.
"""

from __future__ import annotations

import numpy as np

HALF_KNOWN = 0.5 - 1e-6
ALL_KNOWN = 1 - 1e-6
STRIP_PX = 32_768


def block_mean(values: np.ndarray, factor: int) -> np.ndarray:
    """Return the mean of each block of `factor` x `factor` values.

    Args:
        values: (h, w) float32, where h and w are multiples of `factor`; NaN where unknown.
        factor: edge of a block in pixels.

    Returns:
        (h / factor, w / factor) float32, NaN where over half of a block is unknown.
    """
    unknown = np.isnan(values)
    if not unknown.any():
        return _block_sum(values, factor) / np.float32(factor * factor)
    sums = _block_sum(np.where(unknown, np.float32(0), values), factor)
    counts = _block_sum((~unknown).astype(np.float32), factor)
    means = sums / np.maximum(counts, np.float32(1))
    return np.where(counts >= factor * factor * HALF_KNOWN, means, np.float32(np.nan))


def interpolate_axes(values: np.ndarray, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """Return bilinearly interpolated values at all combinations of `rows` and `cols`.

    Args:
        values: (h, w) float32 or float64, located at integer positions; NaN where unknown.
        rows: (m,) float64 positions within 0..h-1, or up to 0.5 beyond, where the edge is repeated.
        cols: (n,) float64 positions, likewise.

    Returns:
        Values (m, n) of the same dtype.

    Example:
        >>> interpolate_axes(np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([0.5]), np.array([0, 1]))
        array([[1., 2.]])
    """
    if not np.isnan(values).any():
        return _lerp_rows(_lerp_cols(values, cols), rows)
    weights = (~np.isnan(values)).astype(values.dtype)
    filled = np.where(weights, values, values.dtype.type(0))
    sums = _lerp_rows(_lerp_cols(filled, cols), rows)
    return _weighted(sums, _lerp_rows(_lerp_cols(weights, cols), rows))


def interpolate_points(values: np.ndarray, rows: np.ndarray, cols: np.ndarray) -> np.ndarray:
    """Return bilinearly interpolated values at points.

    Args:
        values: (h, w) float32, located at integer positions; NaN where unknown.
        rows: (m, n) float64 positions within 0..h-1, or up to 0.5 beyond, where the edge is
            repeated.
        cols: (m, n) float64 positions, likewise.

    Returns:
        Values (m, n) float32.
    """
    unknown = np.isnan(values)
    weights = (~unknown).astype(np.float32) if unknown.any() else None
    filled = values if weights is None else np.where(unknown, np.float32(0), values)
    result = np.empty(rows.shape, np.float32)
    rows_per_strip = max(1, STRIP_PX // rows.shape[1])
    for top in range(0, rows.shape[0], rows_per_strip):  # strips fit in the CPU cache
        part = slice(top, top + rows_per_strip)
        corners = _corners(rows[part], cols[part], values.shape)
        sums = _lerp_corners(filled, *corners)
        result[part] = (
            sums if weights is None else _weighted(sums, _lerp_corners(weights, *corners))
        )
    return result


def _block_sum(values: np.ndarray, factor: int) -> np.ndarray:
    rows = values[0::factor].copy()
    for offset in range(1, factor):
        rows += values[offset::factor]
    sums = rows[:, 0::factor].copy()
    for offset in range(1, factor):
        sums += rows[:, offset::factor]
    return sums


def _lerp_rows(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    first, weight = _neighbors(rows, values.shape[0], values.dtype)
    upper = values[first]
    lower = values[np.minimum(first + 1, values.shape[0] - 1)]
    _lerp(upper, lower, weight[:, np.newaxis])
    return lower


def _lerp_cols(values: np.ndarray, cols: np.ndarray) -> np.ndarray:
    first, weight = _neighbors(cols, values.shape[1], values.dtype)
    left = np.take(values, first, axis=1)
    right = np.take(values, np.minimum(first + 1, values.shape[1] - 1), axis=1)
    _lerp(left, right, weight)
    return right


def _neighbors(
    positions: np.ndarray, length: int, dtype: np.dtype
) -> tuple[np.ndarray, np.ndarray]:
    """Return the index before each position and the weight of the index after it."""
    inside = np.clip(positions, 0, length - 1)
    first = np.floor(inside)
    return first.astype(np.intp), (inside - first).astype(dtype)


def _corners(
    rows: np.ndarray, cols: np.ndarray, shape: tuple[int, int]
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Return the flat indices of the four values around each point, and their weights."""
    row, row_weight = _neighbors(rows, shape[0], np.dtype(np.float32))
    col, col_weight = _neighbors(cols, shape[1], np.dtype(np.float32))
    right = np.minimum(col + 1, shape[1] - 1)
    upper, lower = row * shape[1], np.minimum(row + 1, shape[0] - 1) * shape[1]
    return [upper + col, upper + right, lower + col, lower + right], row_weight, col_weight


def _lerp_corners(
    values: np.ndarray, corners: list[np.ndarray], row_weight: np.ndarray, col_weight: np.ndarray
) -> np.ndarray:
    flat = values.ravel()
    upper_left, upper, lower_left, lower = (flat.take(corner) for corner in corners)
    _lerp(upper_left, upper, col_weight)
    _lerp(lower_left, lower, col_weight)
    _lerp(upper, lower, row_weight)
    return lower


def _lerp(start: np.ndarray, end: np.ndarray, weight: np.ndarray) -> None:
    """Interpolate in place from `start` (weight 0) to `end` (weight 1); the result is `end`."""
    end -= start
    end *= weight
    end += start


def _weighted(sums: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted mean of known values; exactly `sums` where all values are known."""
    partly = weights < ALL_KNOWN
    sums[partly] /= np.maximum(weights[partly], sums.dtype.type(0.1))
    sums[weights < HALF_KNOWN] = np.nan
    return sums
