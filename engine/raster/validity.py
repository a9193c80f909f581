# SPDX-License-Identifier: GPL-2.0-or-later
"""Validity: which pixels of a raster hold values.

A raster may say so in five ways: a nodata value, an internal mask, a mask file, an alpha band,
or a float that is not finite. A pixel is valid where all of them agree, in every band asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.enums import MaskFlags

from .bands import band_traits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rasterio import DatasetReader
    from rasterio.windows import Window as RasterioWindow


class ValidityRule:
    """What has to be looked at, decided once, so that a plain raster costs nothing."""

    def __init__(self, dataset: DatasetReader, bands: Sequence[int]) -> None:
        """Look at the dataset's flags.

        Args:
            dataset: the raster.
            bands: numbers of the bands that are read, from 1.
        """
        self._nodata = [_nodata(dataset, band) for band in bands]
        self._has_fractions = any(np.dtype(dataset.dtypes[b - 1]).kind in "fc" for b in bands)
        alphas = [band.number for band in band_traits(dataset) if band.is_alpha]
        self._alphas = [alpha for alpha in alphas if alpha not in bands]
        self._mask_band = bands[0] if _has_mask(dataset, bands[0]) else None

    def valid(
        self, dataset: DatasetReader, window: RasterioWindow, values: np.ndarray
    ) -> np.ndarray:
        """Return (h, w) bool: where every band holds a value.

        Args:
            dataset: the raster.
            window: part of it.
            values: (B, h, w) float32, the bands of that window.
        """
        valid = np.ones(values.shape[1:], bool)
        for band, nodata in zip(values, self._nodata, strict=True):
            if self._has_fractions:
                valid &= np.isfinite(band)
            if nodata is not None:
                valid &= band != nodata
        for alpha in self._alphas:
            valid &= dataset.read(alpha, window=window) > 0
        if self._mask_band is not None:
            valid &= dataset.read_masks(self._mask_band, window=window) > 0
        return valid


def _nodata(dataset: DatasetReader, band: int) -> np.float32 | None:
    nodata = dataset.nodatavals[band - 1]
    if nodata is None or np.isnan(nodata):
        return None
    with np.errstate(over="ignore"):
        return np.float32(nodata)


def _has_mask(dataset: DatasetReader, band: int) -> bool:
    """Say whether there is a mask of its own; one that is an alpha band is read as that."""
    flags = dataset.mask_flag_enums[band - 1]
    return MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags
