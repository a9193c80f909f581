# SPDX-License-Identifier: GPL-2.0-or-later
"""Opening rasters: accepted formats, and errors for all other files.

GDAL selects a driver by content, and some drivers access the network or run code, so only common
formats of imagery and heights are allowed. VRT is among them because mosaics need it; its embedded
Python stays disabled.
"""

from __future__ import annotations

import math
import os
import warnings
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import rasterio
from rasterio.crs import CRS
from rasterio.errors import (
    CRSError,
    NodataShadowWarning,
    NotGeoreferencedWarning,
    RasterioError,
    RasterioIOError,
)

from ..process.environment import foreign_settings
from ..process.gdal_options import RASTER_DRIVERS, set_gdal_options
from ..protocol import InputError, RasterPath
from ..protocol.words import shortened
from .dataset import RasterDataset
from .geopackage_tables import with_known_table
from .grid import RasterGrid
from .source_files import check_source
from .vrt_check import MOST_BANDS, NO_VRT, check_vrt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from affine import Affine
    from rasterio.io import DatasetReader

WEB_MERCATOR = 3857  # any EPSG code
# Pixels and their places in units of the CRS: meters, feet or degrees.
FINEST, COARSEST, FARTHEST = 1e-9, 1e6, 1e9
FLATTEST = 1e-6  # area of a pixel as a fraction of the product of its edges


def open_raster(path: str, what: str) -> RasterDataset:
    """Open a raster for reading.

    Args:
        path: file, or raster table of a GeoPackage, with optional declarations; see
            `RasterPath`.
        what: name of the raster in messages: `image`, `DSM`, `DTM`.

    Raises:
        InputError: if the file does not exist, or is not a raster in an accepted format.
    """
    _prepare()
    raster = RasterPath.parse(path)
    check_source(raster.file, what)
    is_archived = raster.file.startswith("/vsi")
    if not is_archived:
        check_vrt(raster.file, what)
    try:
        dataset = _open_quietly(with_known_table(raster), NO_VRT if is_archived else RASTER_DRIVERS)
    except (RasterioError, ValueError) as error:
        raise InputError(
            f"The {what} {shortened(path)} cannot be opened as a raster: it is damaged, or in a "
            "format other than GeoTIFF, VRT, JPEG 2000, PNG, JPEG, IMG, ENVI or ASCII grid."
        ) from error
    if dataset.count == 0:
        inside = ", ".join(dataset.subdatasets)
        dataset.close()
        raise InputError(
            f"The {what} {raster.file} has several rasters: name one of them: {inside or 'none'}."
        )
    if dataset.count > MOST_BANDS:
        count = dataset.count
        dataset.close()
        raise InputError(
            f"The {what} {shortened(raster.file)} has {count} bands, more than {MOST_BANDS}: "
            "choose another raster, or export the bands that are needed."
        )
    return dataset


def grid_of(dataset: DatasetReader, what: str) -> RasterGrid:
    """Return the grid of a dataset.

    Raises:
        InputError: if the dataset is not georeferenced or has no CRS.
    """
    transform = dataset.transform
    if transform.is_identity or transform.determinant == 0:
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
    if not _is_sound(transform):
        raise InputError(
            f"The {what} {dataset.name} has pixels without a size, or a place that is not on Earth "
            f"({', '.join(f'{number:g}' for number in transform[:6])}): georeference it again."
        )
    return RasterGrid(dataset.crs, transform, dataset.height, dataset.width)


def _is_sound(transform: Affine) -> bool:
    """Return whether pixels have a usual size and place, in units of the CRS."""
    a, b, c, d, e, f = transform[:6]
    edges = math.hypot(a, d), math.hypot(b, e)
    if not all(map(math.isfinite, (*edges, c, f))):
        return False
    is_flat = abs(transform.determinant) < FLATTEST * edges[0] * edges[1]
    return (
        all(FINEST <= edge <= COARSEST for edge in edges)
        and not is_flat
        and max(abs(c), abs(f)) <= FARTHEST
    )


def check_projected(grid: RasterGrid, what: str) -> None:
    """Check that the CRS of a grid is projected.

    Raises:
        InputError: if the CRS is geographic or local.
    """
    if grid.crs.is_geographic:
        raise InputError(
            f"The {what} is in degrees ({grid.crs.to_string()[:40]}), but sizes are needed in "
            "meters: reproject it to a projected CRS such as its UTM zone first."
        )
    if not grid.crs.is_projected:
        refuse_without_proj_database(what)
        raise InputError(
            f"The {what} is in a local coordinate system that has no place on Earth: assign or "
            "reproject it to a projected CRS first."
        )


def projected_grid(path: str, what: str) -> RasterGrid:
    """Return the grid of a raster in a projected CRS.

    Raises:
        InputError: if the raster cannot be opened, or its CRS is not projected.
    """
    with open_raster(path, what) as dataset:
        grid = grid_of(dataset, what)
    check_projected(grid, what)
    return grid


def check_band(dataset: DatasetReader, band: int, what: str) -> None:
    """Check that a dataset has a band.

    Raises:
        InputError: if the dataset has no such band.
    """
    if not 1 <= band <= dataset.count:
        count = "one band" if dataset.count == 1 else f"{dataset.count} bands"
        raise InputError(
            f"Band {band} of the {what} is selected, but {dataset.name} has {count}: choose "
            "another band."
        )


@contextmanager
def reading(dataset: DatasetReader, what: str) -> Iterator[None]:
    """Convert GDAL's read errors into a message for the user; a context manager.

    Raises:
        InputError: if a block of the file cannot be read.
    """
    try:
        yield
    except RasterioIOError as error:
        raise InputError(
            f"The {what} {_damaged_file(dataset, error)} is damaged or cut off: some of its pixels "
            "cannot be read. Copy or export it again."
        ) from error


def _damaged_file(dataset: DatasetReader, error: BaseException) -> str:
    """Return the file of a mosaic that GDAL's error names, else the name of the data set."""
    reasons: list[str] = []
    cause: BaseException | None = error
    while cause is not None:
        reasons.append(str(cause).partition(",")[0])  # GDAL begins with the file's name
        cause = cause.__cause__ or cause.__context__
    files = dataset.files[1:]
    return next((file for file in files if Path(file).name in reasons), str(dataset.name))


@cache
def _prepare() -> None:
    set_gdal_options()
    # `ValidityRule` reads nodata and alpha separately, so neither shadows the other.
    warnings.filterwarnings("ignore", category=NodataShadowWarning)


def _open_quietly(path: RasterPath, drivers: tuple[str, ...]) -> RasterDataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # `grid_of` has a better message
        with rasterio.Env():
            return RasterDataset(path, drivers)


def refuse_without_proj_database(what: str) -> None:
    """Check that PROJ's database is available, without which no CRS can be read.

    Args:
        what: name of the raster in the message: `image`, `DSM`, ...

    Raises:
        InputError: if the database is missing or of another version; the message contains the
            environment variable that causes it.
    """
    try:
        CRS.from_epsg(WEB_MERCATOR)
    except CRSError as error:
        blamed = [name for name in foreign_settings() if name.startswith("PROJ")]
        advice = "install the engine again"
        if blamed:
            advice = f"unset {blamed[0]} (it is {os.environ[blamed[0]]}) and start again"
        raise InputError(
            f"The coordinate reference system of the {what} cannot be understood, because PROJ "
            f"finds no database that fits this engine: {advice}."
        ) from error
