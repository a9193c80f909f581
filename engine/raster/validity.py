# SPDX-License-Identifier: GPL-2.0-or-later
"""Validity of a raster's pixels.

A pixel is invalid if a mask or an alpha band declares it, if a value is NaN or infinite, or by
nodata. A nodata value that a sensor can record, as 0 in 8-bit imagery, must be in all bands: near
infrared is 0 over water, and red in deep shade. A value that no sensor records, such as -9999,
makes a pixel invalid in any band.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rasterio.enums import MaskFlags

from .bands import band_traits
from .footprint_mask import is_footprint_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rasterio.io import DatasetReader
    from rasterio.windows import Window as RasterioWindow

    from .dataset import RasterDataset

EXACT_IN_FLOAT32 = ("uint8", "int8", "uint16", "int16", "float32")
ROUNDING = 1e-6  # nodata is stored as text, and often rounded


class ValidityRule:
    """Validity checks of a raster, chosen once, so that a plain raster has no overhead.

    Args:
        dataset: open raster.
        bands: numbers of the bands that are read, from 1.
        gaps: further nodata values, which the file does not declare.
        any_band: whether a nodata value in one band makes a pixel invalid, as for heights and
            classes.
    """

    def __init__(
        self,
        dataset: RasterDataset,
        bands: Sequence[int],
        gaps: Sequence[float] = (),
        *,
        any_band: bool = False,
    ) -> None:
        self._bands, self._any_band = tuple(bands), any_band
        self._nodata = [_nodata(dataset, band) for band in bands]
        self._has_nodata = any(dataset.nodatavals[band - 1] is not None for band in bands)
        self._gaps = tuple(np.float32(gap) for gap in gaps)
        self._has_fractions = any(np.dtype(dataset.dtypes[b - 1]).kind in "fc" for b in bands)
        traits = band_traits(dataset)
        alphas = [band.number for band in traits if band.is_alpha]
        self._alphas = [alpha for alpha in alphas if alpha not in bands]
        self._others = [
            band.number
            for band in traits
            if not band.is_alpha
            and band.number not in bands
            and _nodata(dataset, band.number) is not None
        ]
        self._mask_band = bands[0] if has_mask(dataset, bands[0]) else None
        self._masks_footprints = is_footprint_mask(dataset)

    @property
    def is_declared(self) -> bool:
        """Whether nodata, a mask or an alpha band declares invalid pixels inside of files."""
        has_mask = self._mask_band is not None and not self._masks_footprints
        return self._has_nodata or bool(self._alphas) or has_mask

    def valid(
        self, dataset: RasterDataset, window: RasterioWindow, values: np.ndarray
    ) -> np.ndarray:
        """Return the validity mask (h, w) bool of a window.

        Args:
            dataset: open raster.
            window: window of the raster.
            values: (B, h, w) float32, stored values of the bands in that window.
        """
        valid = np.ones(values.shape[1:], bool)
        if self._has_fractions:
            for band in values:
                valid &= np.isfinite(band)
        self._leave_out_nodata(dataset, window, values, valid)
        for gap in self._gaps:
            missing = [band == gap for band in values]
            valid &= ~(np.any(missing, axis=0) if self._is_alone(gap) else np.all(missing, axis=0))
        for alpha in self._alphas:
            valid &= dataset.read(alpha, window=window) > 0
        if self._mask_band is not None:
            valid &= dataset.read_masks(self._mask_band, window=window) > 0
        return valid

    def _leave_out_nodata(
        self,
        dataset: RasterDataset,
        window: RasterioWindow,
        values: np.ndarray,
        valid: np.ndarray,
    ) -> None:
        """Clear `valid`, in place, where pixels are nodata."""
        needs_all = not self._any_band and None not in self._nodata
        together = np.ones(valid.shape, bool) if needs_all else None
        for place, nodata in enumerate(self._nodata):
            if nodata is None:
                continue
            missing = _is_nodata(dataset, self._bands[place], window, values[place])
            if self._is_alone(nodata):
                valid &= ~missing
            if together is not None:
                together &= missing
        if together is None or not together.any():
            return
        for band in self._others:
            together &= _is_nodata(dataset, band, window)
        valid &= ~together

    def _is_alone(self, nodata: np.float32) -> bool:
        """Return whether a nodata value in one band suffices, because no sensor records it."""
        return self._any_band or not nodata >= 0 or not np.isfinite(nodata)


def _is_nodata(
    dataset: RasterDataset, band: int, window: RasterioWindow, stored: np.ndarray | None = None
) -> np.ndarray:
    """Return where a band is nodata, (h, w) bool, compared in its own data type.

    GDAL's mask of a band is no help: it is that of the data set where there is one.
    """
    dtype = np.dtype(dataset.dtypes[band - 1])
    if stored is None or dtype.name not in EXACT_IN_FLOAT32:
        stored = dataset.read(band, window=window)
    nodata = dataset.nodatavals[band - 1]
    if dtype.kind != "f":
        return stored == nodata
    with np.errstate(over="ignore"):
        return np.isclose(stored, dtype.type(nodata), rtol=ROUNDING, atol=0)


def _nodata(dataset: RasterDataset, band: int) -> np.float32 | None:
    nodata = dataset.nodatavals[band - 1]
    if nodata is None or np.isnan(nodata):
        return None
    with np.errstate(over="ignore"):
        return np.float32(nodata)


def has_mask(dataset: DatasetReader, band: int) -> bool:
    """Return whether the dataset has a mask that is not its alpha band."""
    flags = dataset.mask_flag_enums[band - 1]
    return MaskFlags.per_dataset in flags and MaskFlags.alpha not in flags
