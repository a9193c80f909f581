# SPDX-License-Identifier: GPL-2.0-or-later
"""Normalization: raw image values and heights scaled to the input range of a network.

Training and labeling use the same two functions. Cameras differ in brightness, contrast and bit
depth, so bands are stretched between two percentiles of the scene, each by itself or all together.
Heights are always in meters, so they are scaled by constants.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..protocol import InputError
from ..tiling.window import Window
from .greenness import greenness
from .height_raster import HIGHEST_M, LOWEST_M
from .nir_balance import nir_gain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..protocol import Normalization
    from .chip import Chip
    from .grid import RasterGrid

SAMPLE_WINDOW_PX = 128
SAMPLE_WINDOWS_PER_AXIS = 16
SAMPLED_PX = 1024 * 1024
STRIP_PX = 65_536


class ReadsChips(Protocol):
    """Protocol of a scene whose band ranges can be measured."""

    @property
    def grid(self) -> RasterGrid:
        """Grid of all pixels that can be read."""

    @property
    def has_mixed_types(self) -> bool:
        """Whether the bands differ in data type, so that their values cannot be compared."""

    def read(self, window: Window, /) -> Chip:
        """Return the bands, heights and validity mask of a window."""


def normalize(
    bands: np.ndarray,
    heights: np.ndarray | None,
    valid: np.ndarray,
    normalization: Normalization,
    band_ranges: Sequence[tuple[float, float]],
) -> np.ndarray:
    """Return the input of a network.

    Args:
        bands: (B, h, w) float32, raw values.
        heights: (h, w) float32, meters above ground, or None for a network without heights.
        valid: (h, w) bool; all channels of an invalid pixel are set to 0.
        normalization: normalization on the model's card, for B bands.
        band_ranges: B pairs of raw values, the black and the white point of each band.

    Returns:
        Channels (C, h, w) float32: the B bands; with heights, the linearly scaled heights; with a
        height knee, also the arcsinh of the heights; with greenness, also that.
    """
    channels, gains = [*bands], _gains(normalization, band_ranges)
    if heights is not None:
        mean_m, std_m = normalization.height_mean_m, normalization.height_std_m
        channels.append(heights)
        gains.append(_gain_of_heights(normalization, mean_m, std_m))
        if normalization.bends_heights:
            channels.append(heights)
            gains.append(_gain_of_heights(normalization, 0.0, normalization.height_knee_m))
    is_bent = [number > len(bands) for number in range(len(channels))]
    count = len(channels) + int(normalization.greenness)
    scaled = np.empty((count, *valid.shape), np.float32)
    targets = scaled[: len(channels)]
    if valid.size == 0:
        return scaled
    rows_per_strip = max(1, STRIP_PX // valid.shape[1])
    for top in range(0, valid.shape[0], rows_per_strip):  # strips fit in the CPU cache
        rows = slice(top, top + rows_per_strip)
        bits = None if valid[rows].all() else -valid[rows].astype(np.int32)
        for channel, gain, bends, target in zip(channels, gains, is_bent, targets, strict=True):
            _scale(channel[rows], *gain, target[rows])
            if bends:
                np.arcsinh(target[rows], out=target[rows])
        if normalization.greenness:
            scaled[-1, rows] = greenness(bands[0, rows], bands[1, rows], *band_ranges[:2])
        if bits is not None:  # all ones or all zeros: clears NaN too, without a branch
            scaled[:, rows].view(np.int32)[...] &= bits
    return scaled


def measure_band_ranges(
    reader: ReadsChips, normalization: Normalization
) -> tuple[tuple[float, float], ...]:
    """Return the black and the white point of each band, in raw values.

    Bands that are stretched together share both, unless they differ in data type. If the
    normalization balances near infrared, its points are divided by the gain, so that a gain of the
    camera changes nothing. The points are percentiles of the valid pixels in evenly spaced windows,
    so the result is deterministic and the time does not grow with the size of a large raster.

    Raises:
        InputError: if no pixel is valid.
    """
    height, width = reader.grid.height, reader.grid.width
    span = SAMPLE_WINDOWS_PER_AXIS * SAMPLE_WINDOW_PX
    step = ceil((min(height, span) * min(width, span) / SAMPLED_PX) ** 0.5)
    sampled = _sample(reader, _sample_windows(height, width), step)
    if sampled.shape[1] == 0:
        sampled = _sample(reader, _all_windows(height, width), 1)
    if sampled.shape[1] == 0:
        raise InputError(
            "No pixel of the image can be labeled: image, masks and heights, if any, share no "
            "pixel with values. Check the nodata values, and that the DSM, if any, covers the "
            f"image and is in meters: heights below {LOWEST_M:.0f} or above {HIGHEST_M:.0f} m are "
            "ignored."
        )
    percents = (normalization.low_percent, normalization.high_percent)
    if normalization.stretch_together and not reader.has_mixed_types:
        gain = nir_gain(sampled[0], sampled[1]) if normalization.balance_nir else 1.0
        sampled[0] *= np.float32(gain)
        low, high = np.percentile(sampled, percents, overwrite_input=True)
        black, white = _widened(float(low), float(high))
        return ((black / gain, white / gain), *(((black, white),) * (len(sampled) - 1)))
    low, high = np.percentile(sampled, percents, axis=1, overwrite_input=True)
    return tuple(_widened(float(a), float(b)) for a, b in zip(low, high, strict=True))


def _gains(
    normalization: Normalization, band_ranges: Sequence[tuple[float, float]]
) -> list[tuple[float, float, float, float]]:
    """Return factor, offset, and lower and upper limit of the result for each band."""
    gains = []
    scales = zip(band_ranges, normalization.band_mean, normalization.band_std, strict=True)
    for (black, white), mean, std in scales:
        factor = 1 / ((white - black) * std)
        lowest, highest = ((limit - mean) / std for limit in normalization.stretch_limits)
        gains.append((factor, -black * factor - mean / std, lowest, highest))
    return gains


def _gain_of_heights(
    normalization: Normalization, zero_m: float, unit_m: float
) -> tuple[float, float, float, float]:
    """Return factor, offset, and lower and upper limit of the result for heights."""
    lowest, highest = ((limit - zero_m) / unit_m for limit in normalization.height_limits_m)
    return 1 / unit_m, -zero_m / unit_m, lowest, highest


def _scale(
    values: np.ndarray, factor: float, offset: float, low: float, high: float, out: np.ndarray
) -> None:
    with np.errstate(over="ignore", invalid="ignore"):  # invalid pixels may hold anything
        np.multiply(values, np.float32(factor), out=out)
        np.add(out, np.float32(offset), out=out)
    np.clip(out, np.float32(low), np.float32(high), out=out)


def _widened(low: float, high: float) -> tuple[float, float]:
    """Return a range of nonzero width, also for a band with a single value."""
    return (low, high) if high > low else (low, low + 1.0)


def _sample(reader: ReadsChips, windows: Iterator[Window], step: int) -> np.ndarray:
    """Return the values (B, n) float32 of every `step`-th valid pixel, until there are enough."""
    found, count = [], 0
    for window in windows:
        bands, _, valid = reader.read(window)
        found.append(bands[:, ::step, ::step][:, valid[::step, ::step]])
        count += found[-1].shape[1]
        if count > 2 * SAMPLED_PX:
            break
    return np.concatenate(found, axis=1)


def _sample_windows(height: int, width: int) -> Iterator[Window]:
    for row in _starts(height):
        for col in _starts(width):
            yield Window(row, col, SAMPLE_WINDOW_PX, SAMPLE_WINDOW_PX).clip(height, width)


def _all_windows(height: int, width: int) -> Iterator[Window]:
    for row in range(0, height, SAMPLE_WINDOW_PX):
        for col in range(0, width, SAMPLE_WINDOW_PX):
            yield Window(row, col, SAMPLE_WINDOW_PX, SAMPLE_WINDOW_PX).clip(height, width)


def _starts(length_px: int) -> list[int]:
    """Return the starts of sample windows along an axis: adjacent, or evenly spaced."""
    count = ceil(length_px / SAMPLE_WINDOW_PX)
    if count <= SAMPLE_WINDOWS_PER_AXIS:
        return [i * SAMPLE_WINDOW_PX for i in range(count)]
    last = length_px - SAMPLE_WINDOW_PX
    return [round(i * last / (SAMPLE_WINDOWS_PER_AXIS - 1)) for i in range(SAMPLE_WINDOWS_PER_AXIS)]
