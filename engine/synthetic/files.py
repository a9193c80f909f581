# SPDX-License-Identifier: GPL-2.0-or-later
"""Output rasters of a scene: image, DSM, DTM and labels as GeoTIFF, written window by window."""

from __future__ import annotations

from contextlib import ExitStack
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.transform import from_origin

from ..outputs.destination import writing
from ..protocol import ISPRS
from ..raster.grid import RasterGrid
from ..raster.opening import set_gdal_options
from ..raster.windows import raster_window
from ..raster.writer import ClassWriter
from ..tiling.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from .scene import Scene, ScenePlan

CRS_EPSG = 25832  # ETRS89 / UTM zone 32N: in meters, and a plausible location for such scenes
EAST_M, NORTH_M = 500_000.0, 5_400_000.0
SCENES_SIDE_BY_SIDE, SCENE_EVERY_M = 100, 2_000.0
HEIGHT_NODATA = -9999.0
BLOCK_PX = 512
CHUNK_PX = 1024  # whole blocks, so each is compressed once
LABEL_BYTES = 1
PACKED_SHARE = 0.4  # measured compression ratio of deflate
ANNOTATION_BYTES_PER_M = 7.0  # bytes per pixel and meter of GSD, measured; borders grow with it
TRUTH_BYTES_PER_M2 = 0.5  # measured: 2 in towns, almost none in open country
BAND_NAMES = ("Near infrared", "Red", "Green")
NAMES = {"image": "image.tif", "dsm": "dsm.tif", "dtm": "dtm.tif", "labels": "labels.tif"}


class _Kind(NamedTuple):
    dtype: str
    bands: tuple[str, ...]
    predictor: int
    nodata: float | None


def _kinds(bit_depth: int) -> dict[str, _Kind]:
    return {
        "image": _Kind(f"uint{bit_depth}", BAND_NAMES, 2, None),
        "dsm": _Kind("float32", ("Surface height in m",), 3, HEIGHT_NODATA),
        "dtm": _Kind("float32", ("Ground height in m",), 3, HEIGHT_NODATA),
    }


def needed_bytes(height: int, width: int, gsd_m: float, bit_depth: int) -> int:
    """Return the estimated size on disk of the rasters and vectors of a scene.

    Args:
        height: height in pixels.
        width: width in pixels.
        gsd_m: edge of a pixel in meters.
        bit_depth: bit depth of the image.
    """
    kinds = _kinds(bit_depth).values()
    pixel = LABEL_BYTES + sum(np.dtype(kind.dtype).itemsize * len(kind.bands) for kind in kinds)
    vectors = ANNOTATION_BYTES_PER_M * gsd_m + TRUTH_BYTES_PER_M2 * gsd_m**2
    return ceil(height * width * (PACKED_SHARE * pixel + vectors))


def grid_of_scene(plan: ScenePlan) -> RasterGrid:
    """Return the grid of a scene; small scenes with consecutive seeds are placed side by side."""
    row, column = divmod(plan.seed % SCENES_SIDE_BY_SIDE**2, SCENES_SIDE_BY_SIDE)
    east_m, north_m = EAST_M + column * SCENE_EVERY_M, NORTH_M + row * SCENE_EVERY_M
    return RasterGrid(
        CRS.from_epsg(CRS_EPSG),
        from_origin(east_m, north_m, plan.gsd_m, plan.gsd_m),
        plan.height,
        plan.width,
    )


def chunks_of(plan: ScenePlan) -> Iterator[Window]:
    """Yield the windows in which a scene is painted and written."""
    for row in range(0, plan.height, CHUNK_PX):
        for column in range(0, plan.width, CHUNK_PX):
            yield Window(row, column, CHUNK_PX, CHUNK_PX).intersect(plan.whole)


class SceneFiles:
    """Context manager that writes the rasters of a scene; they are complete when it is closed.

    Args:
        paths: paths of the rasters, by the roles in `NAMES`.
        plan: plan of the scene.

    Raises:
        OutputError: if a file cannot be written.
    """

    def __init__(self, paths: Mapping[str, Path], plan: ScenePlan) -> None:
        """Create the files."""
        set_gdal_options()
        grid = grid_of_scene(plan)
        with ExitStack() as opened:
            self._writers = {
                role: opened.enter_context(_RasterWriter(paths[role], grid, kind))
                for role, kind in _kinds(plan.conditions.bit_depth).items()
            }
            self._labels = opened.enter_context(ClassWriter(paths["labels"], grid, ISPRS))
            self._opened = opened.pop_all()

    def write(self, window: Window, scene: Scene) -> None:
        """Write a window of the scene to every file."""
        for role, writer in self._writers.items():
            writer.write(window, getattr(scene, role))
        self._labels.write(window, scene.labels)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._opened.__exit__(kind, error, trace)


class _RasterWriter:
    """Writer of one GeoTIFF of an image or of heights."""

    def __init__(self, path: Path, grid: RasterGrid, kind: _Kind) -> None:
        self._path = path
        with writing(path):
            self._dataset = rasterio.open(
                path,
                "w",
                driver="GTiff",
                dtype=kind.dtype,
                count=len(kind.bands),
                height=grid.height,
                width=grid.width,
                crs=grid.crs,
                transform=grid.transform,
                nodata=kind.nodata,
                tiled=True,
                blockxsize=BLOCK_PX,
                blockysize=BLOCK_PX,
                compress="deflate",
                zlevel=6,
                predictor=kind.predictor,
                photometric="minisblack",
                bigtiff="IF_SAFER",
            )
            self._dataset.descriptions = kind.bands

    def write(self, window: Window, values: np.ndarray) -> None:
        """Write values, (h, w) or (B, h, w), to a window."""
        bands = values[None] if values.ndim == 2 else values
        with writing(self._path):
            self._dataset.write(bands, window=raster_window(window))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with writing(self._path):
            self._dataset.close()
