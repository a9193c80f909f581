# SPDX-License-Identifier: GPL-2.0-or-later
"""Bands of a raster in the units that it declares, and which of its pixels hold values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .validity import ValidityRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rasterio.windows import Window as RasterioWindow

    from .dataset import RasterDataset


class BandReader:
    """Reads some bands: stored values times scale plus offset, as the file declares them.

    Args:
        dataset: raster, open.
        bands: numbers of the bands, from 1.
        gaps: nodata values that no file declares.
        any_band: whether any nodata value counts in any band, as in heights.
    """

    def __init__(
        self,
        dataset: RasterDataset,
        bands: Sequence[int],
        gaps: Sequence[float] = (),
        *,
        any_band: bool = False,
    ) -> None:
        self._dataset, self._bands = dataset, tuple(bands)
        self.rule = ValidityRule(dataset, bands, gaps, any_band=any_band)
        self.scales = tuple((dataset.scales[b - 1], dataset.offsets[b - 1]) for b in bands)
        self._is_scaled = any(scale != (1.0, 0.0) for scale in self.scales)

    @property
    def has_mixed_types(self) -> bool:
        """Return whether the bands differ in type, so that their values cannot be compared."""
        return len({self._dataset.dtypes[band - 1] for band in self._bands}) > 1

    def read_stored(self, window: RasterioWindow) -> tuple[np.ndarray, np.ndarray]:
        """Return (B, h, w) float32 as stored, and (h, w) bool: where there are values."""
        if self.has_mixed_types:  # rasterio reads bands of one type at a time
            bands = [self._dataset.read(b, window=window, out_dtype="float32") for b in self._bands]
            stored = np.stack(bands)
        else:
            stored = self._dataset.read(list(self._bands), window=window, out_dtype=np.float32)
        return stored, self.rule.valid(self._dataset, window, stored)

    def scaled(self, stored: np.ndarray) -> np.ndarray:
        """Return stored values (B, h, w) in the units of the file; works in place."""
        if self._is_scaled:
            scales, offsets = np.array(self.scales, np.float32).T[:, :, np.newaxis, np.newaxis]
            stored *= scales
            stored += offsets
        return stored

    def read(self, window: RasterioWindow) -> tuple[np.ndarray, np.ndarray]:
        """Return (B, h, w) float32 values, and (h, w) bool: where there are values."""
        stored, valid = self.read_stored(window)
        return self.scaled(stored), valid
