# SPDX-License-Identifier: GPL-2.0-or-later
"""Files of a scene and of the discs drawn on it, as a fine-tuning job reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyogrio
import rasterio
import shapely
from rasterio.crs import CRS
from rasterio.transform import from_origin

from ....synthetic.files import CRS_EPSG, EAST_M, NAMES, NORTH_M
from ..target import DISC_M

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ....protocol import Legend
    from ....synthetic import Scene


class ScenePaths(NamedTuple):
    """Paths of a scene and its labels.

    Args:
        image: path of the image.
        dsm: path of the DSM.
        labels: path of the drawn polygons, which need not exist.
    """

    image: Path
    dsm: Path
    labels: Path


def write_scene(folder: Path, scene: Scene) -> ScenePaths:
    """Write image and DSM of a scene as GeoTIFF, and return their paths and that of the labels."""
    names = NAMES["image"], NAMES["dsm"], "labels.gpkg"
    paths = ScenePaths(*(folder / name for name in names))
    for path, bands in ((paths.image, scene.image), (paths.dsm, scene.dsm[None])):
        count, height, width = bands.shape
        with rasterio.open(
            path,
            "w",
            driver="GTiff",
            dtype=bands.dtype,
            count=count,
            height=height,
            width=width,
            crs=CRS.from_epsg(CRS_EPSG),
            transform=from_origin(EAST_M, NORTH_M, scene.gsd_m, scene.gsd_m),
            photometric="minisblack",
        ) as target:
            target.write(bands)
    return paths


def write_discs(
    path: Path, discs: Sequence[tuple[int, int, int]], gsd_m: float, legend: Legend
) -> None:
    """Write discs, (row, column, class index) of their centers, as polygons with a code.

    Args:
        path: path of the GeoPackage.
        discs: centers in pixels from the north-western corner.
        gsd_m: edge of a pixel in meters.
        legend: legend of the class indices.
    """
    rows, columns, classes = np.array(discs).T
    points = shapely.points(EAST_M + (columns + 0.5) * gsd_m, NORTH_M - (rows + 0.5) * gsd_m)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(shapely.buffer(points, DISC_M)),
        [np.array(legend.codes, np.int32)[classes]],
        ["code"],
        layer="labels",
        driver="GPKG",
        geometry_type="Polygon",
        crs=f"EPSG:{CRS_EPSG}",
        encoding="UTF-8",
    )
