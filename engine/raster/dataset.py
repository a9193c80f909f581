# SPDX-License-Identifier: GPL-2.0-or-later
"""A raster opened for reading, with the CRS and nodata that its user declares for it."""

from __future__ import annotations

import math

from rasterio.crs import CRS
from rasterio.errors import CRSError
from rasterio.io import DatasetReader

from ..protocol import InputError, RasterPath


class RasterDataset(DatasetReader):
    """A dataset of rasterio whose `crs` and `nodatavals` are what counts.

    `has_nodata_override` is true where `nodatavals` are not the file's own, so that GDAL's masks
    do not follow them.
    """

    def __init__(self, path: RasterPath, drivers: tuple[str, ...]) -> None:
        """Open the raster.

        Args:
            path: raster and what is declared about it.
            drivers: names of the GDAL drivers that may open it.

        Raises:
            RasterioError: it cannot be opened.
            InputError: the declared CRS cannot be understood.
        """
        self._declared_crs = _crs(path) if path.crs else None
        self._declared_nodata = path.nodata
        super().__init__(path.source, driver=drivers)  # which asks for nodata already

    @property
    def crs(self) -> CRS | None:
        """Coordinate reference system as declared, else the file's; None without any."""
        return self._declared_crs or super().crs

    @property
    def nodatavals(self) -> tuple[float | None, ...]:
        """Nodata value of each band as declared, else the file's; None where every value counts."""
        own = tuple(super().nodatavals)
        if self._declared_nodata is None:
            return own
        value = None if math.isnan(self._declared_nodata) else self._declared_nodata
        return (value,) * len(own)

    @property
    def has_nodata_override(self) -> bool:
        """Return whether the user declares other nodata than the file."""
        return self._declared_nodata is not None

    @property
    def declares_no_nodata(self) -> bool:
        """Return whether the user declares that every value counts."""
        return self._declared_nodata is not None and math.isnan(self._declared_nodata)


def _crs(path: RasterPath) -> CRS:
    try:
        return CRS.from_user_input(path.crs)
    except (CRSError, ValueError) as error:
        raise InputError(
            f"The CRS '{path.crs[:60]}' declared for {path.source} cannot be understood: write an "
            "authority code such as EPSG:25832, or WKT."
        ) from error
