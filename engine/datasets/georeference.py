# SPDX-License-Identifier: GPL-2.0-or-later
"""Georeferencing of tiles without a CRS or a world file, by a VRT.

Pixel data is not copied. A tile with a world file only lacks its CRS. Heights without a world file
get the transform of the image if they have its size, or differ by a row or a column, as a
normalized DSM of Potsdam does.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import rasterio
import rasterio.shutil
from affine import Affine
from rasterio.crs import CRS

from ..protocol import InputError
from ..raster.opening import open_raster

if TYPE_CHECKING:
    from rasterio import DatasetReader

    from .layout import Georeference, LabeledScene

MOST_MISSING_PX = 1


def placed(scene: LabeledScene, scratch: Path) -> LabeledScene:
    """Return the scene with georeferenced files.

    Args:
        scene: scene with the original files.
        scratch: folder for VRT files.

    Raises:
        InputError: if a file cannot be opened, or its size does not fit the image.
    """
    if scene.place is None:
        return scene
    place = scene.place
    with open_raster(scene.image, "image") as image:
        transform, shape = _transform(image, place), image.shape
        georeferenced = _georeferenced(image, place, transform, scratch)

    def like_image(path: str, what: str) -> str:
        if not path:
            return ""
        with open_raster(path, what) as heights:
            return _georeferenced(
                heights, place, _transform_like(heights, transform, shape), scratch
            )

    return replace(
        scene,
        image=georeferenced,
        dsm=like_image(scene.dsm, "DSM"),
        dtm=like_image(scene.dtm, "DTM"),
    )


def _transform(image: DatasetReader, place: Georeference) -> Affine:
    if not image.transform.is_identity:
        return image.transform
    return Affine(place.gsd_m, 0, place.corner[0], 0, -place.gsd_m, place.corner[1])


def _transform_like(heights: DatasetReader, transform: Affine, shape: tuple[int, int]) -> Affine:
    if not heights.transform.is_identity:
        return heights.transform
    missing = [abs(one - other) for one, other in zip(heights.shape, shape, strict=True)]
    if max(missing) > MOST_MISSING_PX:
        raise InputError(
            f"The heights {heights.name} have {heights.width} x {heights.height} px and no world "
            f"file, but the image has {shape[1]} x {shape[0]} px: choose the heights of the "
            "same tile, or add their world file."
        )
    return transform


def _georeferenced(
    dataset: DatasetReader, place: Georeference, transform: Affine, scratch: Path
) -> str:
    """Return the path of a raster with CRS and transform; its own path if it has both."""
    if dataset.crs is not None and dataset.transform == transform:
        return str(dataset.name)
    scratch.mkdir(parents=True, exist_ok=True)
    path = scratch / f"{Path(dataset.name).stem}_{len(list(scratch.iterdir()))}.vrt"
    rasterio.shutil.copy(dataset, path, driver="VRT")
    with rasterio.open(path, "r+") as vrt:
        vrt.transform = transform
        vrt.crs = dataset.crs or CRS.from_epsg(place.epsg)
    return str(path)
