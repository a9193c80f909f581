# SPDX-License-Identifier: GPL-2.0-or-later
"""Undeclared gaps: mosaics with black corners, -9999 without a nodata tag, heights of 0.

In an image a gap is a solid block of one value: a negative minimum of any band, or 0 or the largest
value of an integer type in all bands. Negative values and zeros are treated as nodata. The largest
value is only reported, because a sunlit roof can be saturated too.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from rasterio.errors import RasterioIOError

from ..tiling.sampling import sample_windows
from .band_reader import BandReader
from .windows import raster_window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .dataset import RasterDataset

SOLID_PX = 8  # edge of a block with a single value
LEAST_FRACTION = 0.005  # of the sampled pixels
FAR_M = 20.0  # least distance of a gap from all other heights


@dataclass
class Gaps:
    """Undeclared gaps of an image.

    Args:
        left_out: values that are treated as nodata.
        doubtful: values that may be gaps; their pixels are labeled nevertheless.
    """

    left_out: list[float] = field(default_factory=list)
    doubtful: list[float] = field(default_factory=list)


def find_gaps(dataset: RasterDataset, bands: Sequence[int]) -> Gaps:
    """Return the gaps found in a sample of an image.

    Args:
        dataset: open image.
        bands: numbers of the bands that are read, from 1.
    """
    if dataset.declares_no_nodata:
        return Gaps()
    tally = _Tally(BandReader(dataset, bands), _largest(dataset, bands))
    for stored, valid in _samples(dataset, tally.reader):
        tally.feed(stored, valid)
    return tally.gaps()


def height_gaps(dataset: RasterDataset, band: int, meters: float) -> tuple[float, ...]:
    """Return stored values that are gaps if they occur, because all heights are far from them.

    They are 0, and the least and the largest value of an integer type. A single row of them at the
    edge of a DSM would pull the estimated ground down, so they need no solid block. A lake or a sea
    at the foot of a slope is no gap.

    Args:
        dataset: open height raster.
        band: number of the band with the heights, from 1.
        meters: unit of the heights in meters.
    """
    if dataset.declares_no_nodata:
        return ()
    reader = BandReader(dataset, [band], any_band=True)
    values = _height_candidates(dataset.dtypes[band - 1])
    found = [
        stored[0][valid & ~np.isin(stored[0], values)]
        for stored, valid in _samples(dataset, reader)
    ]
    others = np.concatenate([np.empty(0, np.float32), *found])
    if others.size == 0:
        return ()
    low, high = np.percentile(others, (1, 99))
    step_m = abs(reader.scales[0][0]) * meters
    return tuple(each for each in values if max(low - each, each - high) * step_m >= FAR_M)


def _samples(dataset: RasterDataset, reader: BandReader) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield stored values (B, h, w) and validity masks (h, w) of sample windows."""
    for window in sample_windows(dataset.height, dataset.width):
        with suppress(RasterioIOError):  # a damaged block is an error only where it is used
            yield reader.read_stored(raster_window(window))


def _height_candidates(dtype: str) -> tuple[float, ...]:
    if np.dtype(dtype).kind not in "iu":
        return (0.0,)
    limits = np.iinfo(dtype)
    return tuple(dict.fromkeys((0.0, float(limits.min), float(limits.max))))


class _Tally:
    """Counter of the pixels in solid blocks, by value."""

    def __init__(self, reader: BandReader, largest: float | None) -> None:
        self.reader, self._largest = reader, largest
        self._counts: dict[float, int] = {}
        self._sampled_px = 0

    def feed(self, stored: np.ndarray, valid: np.ndarray) -> None:
        """Count a window: (B, h, w) float32 stored values and (h, w) bool."""
        self._sampled_px += valid.size
        if not valid.any():
            return
        for value in self._candidates(stored[:, valid]):
            at = stored == np.float32(value)
            solid = _solid_px((at.any(axis=0) if value < 0 else at.all(axis=0)) & valid)
            self._counts[value] = self._counts.get(value, 0) + solid

    def gaps(self) -> Gaps:
        """Return the values that fill enough solid blocks."""
        gaps = Gaps()
        for value, count in sorted(self._counts.items()):
            if count >= LEAST_FRACTION * self._sampled_px:
                (gaps.doubtful if value == self._largest else gaps.left_out).append(value)
        return gaps

    def _candidates(self, values: np.ndarray) -> set[float]:
        """Return the values among (B, n) pixels of a window that may be gaps."""
        found = {float(low) for low in values.min(axis=1) if low < 0}
        if self.reader.rule.is_declared:
            return found
        if (values == 0).all(axis=0).any():
            found.add(0.0)
        if self._largest is not None and (values == self._largest).all(axis=0).any():
            found.add(self._largest)
        return found


def _solid_px(at: np.ndarray) -> int:
    """Return the number of pixels in blocks of a mask (h, w) that are true throughout."""
    rows, cols = (length // SOLID_PX for length in at.shape)
    blocks = at[: rows * SOLID_PX, : cols * SOLID_PX].reshape(rows, SOLID_PX, cols, SOLID_PX)
    return int(blocks.all(axis=(1, 3)).sum()) * SOLID_PX**2


def _largest(dataset: RasterDataset, bands: Sequence[int]) -> float | None:
    """Return the largest value of an integer type; None for floats and mixed types."""
    (first, *others) = {np.dtype(dataset.dtypes[band - 1]) for band in bands}
    return None if others or first.kind not in "iu" else float(np.iinfo(first).max)
