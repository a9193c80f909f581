# SPDX-License-Identifier: GPL-2.0-or-later
"""Opening rasters: which files are accepted, and what is said about the others.

GDAL picks a driver by content, and some drivers reach over the network or run code. Only the
formats in which imagery and heights are delivered are allowed. VRT is one of them because
mosaics are; its embedded Python stays off.
"""

from __future__ import annotations

import os
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import rasterio
from rasterio.errors import (
    NodataShadowWarning,
    NotGeoreferencedWarning,
    RasterioError,
    RasterioIOError,
)

from ..protocol import InputError, RasterPath
from .dataset import RasterDataset
from .geopackage_tables import with_known_table
from .grid import RasterGrid
from .proj_database import refuse_without_proj_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rasterio.io import DatasetReader

DRIVERS = (
    "GTiff", "VRT", "JP2OpenJPEG", "PNG", "JPEG", "HFA", "ENVI", "AAIGrid", "GRASSASCIIGrid",
    "EHdr", "ERS", "PCIDSK", "SAGA", "RRASTER", "GPKG", "SRTMHGT", "USGSDEM", "DTED",
)  # fmt: skip
GDAL_OPTIONS = {
    "GDAL_CACHEMAX": "64",  # MB: holds a row of tiles, and no more than that on any machine
    "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE",  # sidecars are probed by name, folders never listed
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_ERROR_ON_LIBJPEG_WARNING": "TRUE",  # a truncated JPEG block is an error, not gray
}


def open_raster(path: str, what: str) -> RasterDataset:
    """Open a raster for reading.

    Args:
        path: file, or raster table of a GeoPackage, with what is declared about it; see
            `RasterPath`.
        what: what the user calls it: `image`, `DSM`, `DTM`.

    Raises:
        InputError: there is no such file, or it is not a raster of an accepted format.
    """
    set_gdal_options()
    raster = RasterPath.parse(path)
    if not raster.file.startswith("/vsi") and not Path(raster.file).exists():
        raise InputError(f"The {what} {raster.file} does not exist: check its path.")
    try:
        return _open_quietly(with_known_table(raster))
    except RasterioError as error:
        raise InputError(
            f"The {what} {path} cannot be opened as a raster: it is damaged, or of a format other "
            "than GeoTIFF, VRT, JPEG 2000, PNG, JPEG, IMG, ENVI or ASCII grid."
        ) from error


def grid_of(dataset: DatasetReader, what: str) -> RasterGrid:
    """Return where the dataset's pixels lie.

    Raises:
        InputError: the dataset does not say where it lies.
    """
    if dataset.transform.is_identity or dataset.transform.determinant == 0:
        if dataset.gcps[0] or dataset.rpcs:
            raise InputError(
                f"The {what} {dataset.name} is placed by control points only, so its pixels have "
                "no grid: warp it first (Raster > Projections > Warp)."
            )
        if dataset.crs is None:
            raise InputError(
                f"The {what} {dataset.name} is not georeferenced: georeference it first "
                "(Layer > Georeferencer)."
            )
    if dataset.crs is None:
        raise InputError(
            f"The {what} {dataset.name} has no coordinate reference system: assign one first "
            "(Raster > Projections > Assign Projection), or add '|crs=EPSG:' and its code to the "
            "path."
        )
    return RasterGrid(dataset.crs, dataset.transform, dataset.height, dataset.width)


def check_projected(grid: RasterGrid, what: str) -> None:
    """Refuse a grid whose pixels are not measured on the ground.

    Raises:
        InputError: the CRS is geographic, or has no length unit.
    """
    if grid.crs.is_geographic:
        raise InputError(
            f"The {what} is in degrees ({grid.crs.to_string()[:40]}), but sizes are needed in "
            "metres: reproject it to a projected CRS such as its UTM zone first."
        )
    if not grid.crs.is_projected:
        refuse_without_proj_database(what)
        raise InputError(
            f"The {what} is in a local coordinate system that has no place on Earth: assign or "
            "reproject it to a projected CRS first."
        )


def projected_grid(path: str, what: str) -> RasterGrid:
    """Return where the pixels of a raster lie, measured on the ground.

    Raises:
        InputError: the raster cannot be opened, or does not lie in a projected CRS.
    """
    with open_raster(path, what) as dataset:
        grid = grid_of(dataset, what)
    check_projected(grid, what)
    return grid


def check_band(dataset: DatasetReader, band: int, what: str) -> None:
    """Refuse a band number that the dataset does not have.

    Raises:
        InputError: there is no such band.
    """
    if not 1 <= band <= dataset.count:
        count = "one band" if dataset.count == 1 else f"{dataset.count} bands"
        raise InputError(
            f"Band {band} of the {what} is asked for, but {dataset.name} has {count}: choose "
            "another band."
        )


@contextmanager
def reading(dataset: DatasetReader, what: str) -> Iterator[None]:
    """Turn what GDAL raises while pixels are read into a sentence.

    Raises:
        InputError: a block of the file cannot be read.
    """
    try:
        yield
    except RasterioIOError as error:
        raise InputError(
            f"The {what} {dataset.name} is damaged or cut off: some of its pixels cannot be read. "
            "Copy or export it again."
        ) from error


@cache
def set_gdal_options() -> None:
    """Set GDAL's options for this process, where the environment does not set them already.

    They go through the environment because GDAL reads the cache size there, once, at the first
    block of any thread.
    """
    for key, value in GDAL_OPTIONS.items():
        os.environ.setdefault(key, value)
    # `ValidityRule` reads nodata and alpha apart, so neither shadows the other.
    warnings.filterwarnings("ignore", category=NodataShadowWarning)


def _open_quietly(path: RasterPath) -> RasterDataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said better by `grid_of`
        with rasterio.Env():
            return RasterDataset(path, DRIVERS)
