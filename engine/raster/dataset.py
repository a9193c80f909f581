# SPDX-License-Identifier: GPL-2.0-or-later
"""A raster opened for reading, with the CRS and nodata value that the user declares for it."""

from __future__ import annotations

import math

from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.io import DatasetReader

from ..protocol import InputError, RasterPath


class RasterDataset(DatasetReader):
    """A rasterio dataset whose `crs` and `nodatavals` can be overridden by the user.

    GDAL's masks ignore overridden values.
    """

    def __init__(self, path: RasterPath, drivers: tuple[str, ...]) -> None:
        """Open the raster.

        Args:
            path: path of the raster, with the declared CRS and nodata value.
            drivers: names of the GDAL drivers that may open it.

        Raises:
            RasterioError: if the raster cannot be opened.
            InputError: if the declared CRS is invalid.
        """
        self._declared_crs = _crs(path) if path.crs else None
        self._declared_nodata = path.nodata
        super().__init__(path.source, driver=drivers)  # its constructor reads `nodatavals` already

    @property
    def crs(self) -> CRS | None:
        """Declared coordinate reference system, else that of the file; None without any."""
        return self._declared_crs or super().crs

    @property
    def nodatavals(self) -> tuple[float | None, ...]:
        """Declared nodata value of each band, else that of the file; None: all values are valid."""
        own = tuple(super().nodatavals)
        if self._declared_nodata is None:
            return own
        value = None if math.isnan(self._declared_nodata) else self._declared_nodata
        return (value,) * len(own)

    @property
    def declares_no_nodata(self) -> bool:
        """Whether the user declares that all values are valid."""
        return self._declared_nodata is not None and math.isnan(self._declared_nodata)


def _crs(path: RasterPath) -> CRS:
    try:
        return CRS.from_user_input(path.crs)
    except (CRSError, ValueError) as error:
        raise InputError(
            f"The CRS '{path.crs[:60]}' declared for {path.source} is invalid: use an authority "
            "code such as EPSG:25832, or WKT."
        ) from error
