# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a scene: image, DSM, DTM and labels as GeoTIFF, annotations as GeoPackage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import rasterio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from rasterio.crs import CRS
from rasterio.errors import RasterioError
from rasterio.transform import from_origin

from ..protocol import ISPRS
from ..raster.grid import RasterGrid
from ..raster.writer import ClassWriter
from ..runtime.destination import destination_error
from ..tiling.window import Window
from ..vectorize.geopackage import GEOPACKAGE
from .annotate import trace_labels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .scene import Scene

CRS_EPSG = 25832  # ETRS89 / UTM zone 32N: metres, and a plausible place for such a town
EAST_M, NORTH_M = 500_000.0, 5_400_000.0
SCENES_SIDE_BY_SIDE, SCENE_EVERY_M = 100, 2_000.0
HEIGHT_NODATA = -9999.0
BLOCK_PX = 512
BAND_NAMES = ("Near infrared", "Red", "Green")


def grid_of_scene(scene: Scene) -> RasterGrid:
    """Return where a scene lies: scenes of neighboring seeds lie side by side."""
    row, column = divmod(scene.seed % SCENES_SIDE_BY_SIDE**2, SCENES_SIDE_BY_SIDE)
    east_m, north_m = EAST_M + column * SCENE_EVERY_M, NORTH_M + row * SCENE_EVERY_M
    return RasterGrid(
        CRS.from_epsg(CRS_EPSG),
        from_origin(east_m, north_m, scene.gsd_m, scene.gsd_m),
        *scene.labels.shape,
    )


def write_image(path: Path, scene: Scene) -> None:
    """Write the image, three described bands.

    Raises:
        OutputError: the file cannot be written.
    """
    _write_raster(path, scene, scene.image, BAND_NAMES, predictor=2)


def write_dsm(path: Path, scene: Scene) -> None:
    """Write the surface heights.

    Raises:
        OutputError: the file cannot be written.
    """
    _write_raster(path, scene, scene.dsm[None], ("Surface height in m",), predictor=3)


def write_dtm(path: Path, scene: Scene) -> None:
    """Write the ground heights.

    Raises:
        OutputError: the file cannot be written.
    """
    _write_raster(path, scene, scene.dtm[None], ("Ground height in m",), predictor=3)


def write_labels(path: Path, scene: Scene) -> None:
    """Write the true classes, with color table and names.

    Raises:
        OutputError: the file cannot be written.
    """
    grid = grid_of_scene(scene)
    with ClassWriter(path, grid, ISPRS) as writer:
        writer.write(Window(0, 0, grid.height, grid.width), scene.labels)


def write_annotations(path: Path, scene: Scene) -> None:
    """Write the true classes as polygons with the field `code`.

    Raises:
        OutputError: the file cannot be written.
    """
    grid = grid_of_scene(scene)
    traced = trace_labels(scene.labels, grid.transform)
    try:
        pyogrio.raw.write(
            path,
            shapely.to_wkb(traced.polygons),
            [traced.codes],
            ["code"],
            layer="annotations",
            **GEOPACKAGE,
            geometry_type="Polygon",
            crs=grid.crs.to_wkt(),
            encoding="UTF-8",
        )
    except (DataSourceError, DataLayerError, OSError) as error:
        raise destination_error(path, error) from error


FILES: tuple[tuple[str, str, Callable[[Path, Scene], None]], ...] = (
    ("image", "image.tif", write_image),
    ("dsm", "dsm.tif", write_dsm),
    ("dtm", "dtm.tif", write_dtm),
    ("labels", "labels.tif", write_labels),
    ("annotations", "annotations.gpkg", write_annotations),
)


def _write_raster(
    path: Path, scene: Scene, bands: np.ndarray, names: tuple[str, ...], predictor: int
) -> None:
    grid = grid_of_scene(scene)
    is_height = bands.dtype == np.float32
    try:
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            dtype=bands.dtype,
            count=len(bands),
            height=grid.height,
            width=grid.width,
            crs=grid.crs,
            transform=grid.transform,
            nodata=HEIGHT_NODATA if is_height else None,
            tiled=True,
            blockxsize=BLOCK_PX,
            blockysize=BLOCK_PX,
            compress="deflate",
            zlevel=6,
            predictor=predictor,
            photometric="minisblack",
            bigtiff="IF_SAFER",
        ) as target:
            target.descriptions = names
            target.write(bands)
    except (RasterioError, OSError) as error:
        raise destination_error(path, error) from error
