# SPDX-License-Identifier: GPL-2.0-or-later
"""Placement: tiles that do not say where they lie get a place, in a VRT that stands for them.

The pixels stay where they are. A tile with a world file lacks its CRS only. One without, and of
the size of the image, lies where the image does; one that is a row or a column short, as a
normalized DSM of Potsdam is, too.
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

    from .layout import LabeledScene, Place

MOST_MISSING_PX = 1


def placed(scene: LabeledScene, scratch: Path) -> LabeledScene:
    """Return the scene with files that all say where they lie.

    Args:
        scene: as found.
        scratch: folder for what stands for them.

    Raises:
        InputError: a file cannot be opened, or cannot lie where the image does.
    """
    if scene.place is None:
        return scene
    place = scene.place
    with open_raster(scene.image, "image") as image:
        transform, shape = _transform(image, place), image.shape
        stand_in = _stand_in(image, place, transform, scratch)

    def lying_there(path: str, what: str) -> str:
        if not path:
            return ""
        with open_raster(path, what) as heights:
            return _stand_in(heights, place, _transform_like(heights, transform, shape), scratch)

    return replace(
        scene,
        image=stand_in,
        dsm=lying_there(scene.dsm, "DSM"),
        dtm=lying_there(scene.dtm, "DTM"),
    )


def _transform(image: DatasetReader, place: Place) -> Affine:
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
            f"file, but the image has {shape[1]} x {shape[0]} px: take the heights of the same "
            "tile, or add their world file."
        )
    return transform


def _stand_in(dataset: DatasetReader, place: Place, transform: Affine, scratch: Path) -> str:
    """Return a path under which a raster has CRS and place; its own where it has both."""
    if dataset.crs is not None and dataset.transform == transform:
        return str(dataset.name)
    scratch.mkdir(parents=True, exist_ok=True)
    path = scratch / f"{Path(dataset.name).stem}_{len(list(scratch.iterdir()))}.vrt"
    rasterio.shutil.copy(dataset, path, driver="VRT")
    with rasterio.open(path, "r+") as stand_in:
        stand_in.transform = transform
        stand_in.crs = dataset.crs or CRS.from_epsg(place.epsg)
    return str(path)
