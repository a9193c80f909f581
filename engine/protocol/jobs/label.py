# SPDX-License-Identifier: GPL-2.0-or-later
"""The label job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Optional, Tuple

from .fields import (
    DEVICES,
    HEIGHT_KINDS,
    Extent,
    Range,
    check_at_least,
    check_choice,
    requires_path,
    says,
)
from .problems import height_problems, suffix_problems


@dataclass(frozen=True)
class LabelJob:
    """Label an image, with heights, into a class raster and polygons.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "label"
    written: ClassVar[Tuple[str, ...]] = ("classes", "confidence", "polygons")

    image: str = requires_path("image with near infrared, red and green bands")
    output: str = requires_path("folder for everything the job leaves")
    dsm: str = says(
        "", "surface heights in meters: a DSM, or an nDSM with heights 'ndsm'", is_path=True
    )
    dtm: str = says("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = says(
        "auto", "what the heights are; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    model: str = says("default", "name of a bundled model, or path of a model folder")
    nir_band: int = says(0, "number of the near infrared band, from 1; 0: find it")
    red_band: int = says(0, "number of the red band, from 1; 0: find it")
    green_band: int = says(0, "number of the green band, from 1; 0: find it")
    dsm_band: int = says(1, "band of the DSM raster that holds the heights, from 1")
    dtm_band: int = says(1, "band of the DTM raster that holds the heights, from 1")
    extent: Optional[Extent] = says(None, "label only this rectangle, in the image's CRS")
    area: str = says("", "label only inside the polygons of this vector file", is_path=True)
    classes: str = says("", "class raster; empty: classes.tif in the output folder", is_path=True)
    confidence: str = says("", "confidence raster, 0-100; empty: not kept", is_path=True)
    polygons: str = says(
        "", "GeoPackage of polygons; empty: polygons.gpkg in the output folder", is_path=True
    )
    draw_polygons: bool = says(True, "trace buildings, roads and cars")
    minimum_building_m2: float = says(8.0, "smaller buildings are dropped, in square meters")
    minimum_road_m2: float = says(20.0, "smaller road patches are dropped, in square meters")
    minimum_car_m2: float = says(2.0, "smaller cars are dropped, in square meters")
    resample: bool = says(
        True,
        "label an image outside the resolutions that the model was trained on at the nearest of "
        "them; results lie on the image's own pixels either way",
    )
    tile_size_px: int = says(0, "edge of a tile in pixels as the model sees them; 0: chosen")
    halo_px: int = says(
        -1,
        "context around a tile, in pixels as the model sees them; -1: all that its labels depend "
        "on, so that tiles leave no trace; less takes less memory",
    )
    stitch: bool = says(
        False,
        "score every pixel on shifted images instead of interpolating; for networks with one "
        "coarse map, and slow: 256 times the work at a stride of 16",
    )
    batch_size: int = says(1, "tiles computed at once")
    device: str = says("auto", "where the network runs", DEVICES)
    threads: int = says(0, "processor threads for the network; 0: all")
    band_ranges: Tuple[Range, ...] = says(
        (), "black and white point of each image band; empty: measured on the image and recorded"
    )

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
        check_choice("heights", self.heights, HEIGHT_KINDS)
        check_choice("device", self.device, DEVICES)
        check_at_least(
            0,
            nir_band=self.nir_band,
            red_band=self.red_band,
            green_band=self.green_band,
            minimum_building_m2=self.minimum_building_m2,
            minimum_road_m2=self.minimum_road_m2,
            minimum_car_m2=self.minimum_car_m2,
            tile_size_px=self.tile_size_px,
            threads=self.threads,
        )
        check_at_least(-1, halo_px=self.halo_px)
        check_at_least(
            1, dsm_band=self.dsm_band, dtm_band=self.dtm_band, batch_size=self.batch_size
        )

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        sentences = []
        if not self.image:
            sentences.append("No image is given: choose a raster with NIR, red and green bands.")
        if not self.output:
            sentences.append("No output folder is given: choose where the results go.")
        if self.extent is not None and not (
            self.extent[0] < self.extent[2] and self.extent[1] < self.extent[3]
        ):
            sentences.append("The extent is empty: xmin must be below xmax and ymin below ymax.")
        named = [band for band in (self.nir_band, self.red_band, self.green_band) if band]
        if len(set(named)) < len(named):
            sentences.append(
                f"Band {max(named, key=named.count)} is used for two roles: "
                "NIR, red and green must be three different bands."
            )
        return (*sentences, *suffix_problems(self), *height_problems(self))
