# SPDX-License-Identifier: GPL-2.0-or-later
"""Band values of a raster in the units that it declares, with a validity mask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .validity import ValidityRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rasterio.windows import Window as RasterioWindow

    from .dataset import RasterDataset


class BandReader:
    """Reader of selected bands: stored values times the scale plus the offset of the file.

    Args:
        dataset: open raster.
        bands: numbers of the bands, from 1.
        gaps: further nodata values, which the file does not declare.
        any_band: whether a nodata value in one band makes a pixel invalid, as for heights.
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
        """Whether the bands differ in data type, so that their values cannot be compared."""
        return len({self._dataset.dtypes[band - 1] for band in self._bands}) > 1

    def read_stored(self, window: RasterioWindow) -> tuple[np.ndarray, np.ndarray]:
        """Return stored values (B, h, w) float32, and the validity mask (h, w) bool."""
        if self.has_mixed_types:  # rasterio reads bands of one type at a time
            bands = [self._dataset.read(b, window=window, out_dtype="float32") for b in self._bands]
            stored = np.stack(bands)
        else:
            stored = self._dataset.read(list(self._bands), window=window, out_dtype=np.float32)
        return stored, self.rule.valid(self._dataset, window, stored)

    def scaled(self, stored: np.ndarray) -> np.ndarray:
        """Convert stored values (B, h, w) to the units of the file, in place, and return them."""
        if self._is_scaled:
            scales, offsets = np.array(self.scales, np.float32).T[:, :, np.newaxis, np.newaxis]
            stored *= scales
            stored += offsets
        return stored

    def read(self, window: RasterioWindow) -> tuple[np.ndarray, np.ndarray]:
        """Return values (B, h, w) float32, and the validity mask (h, w) bool."""
        stored, valid = self.read_stored(window)
        return self.scaled(stored), valid
