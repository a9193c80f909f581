# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for labeling an image."""

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
    option,
    required_path,
)
from .problems import height_problems, suffix_problems


@dataclass(frozen=True)
class LabelJob:
    """Label an image, optionally with heights, to a class raster and polygons.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "label"
    written: ClassVar[Tuple[str, ...]] = ("classes", "confidence", "polygons")

    image: str = required_path("image with near infrared, red and green bands")
    output: str = required_path("folder for all results")
    dsm: str = option(
        "", "surface heights in meters: a DSM, or an nDSM with heights 'ndsm'", is_path=True
    )
    dtm: str = option("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = option(
        "auto", "kind of heights; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    model: str = option("default", "name of a bundled model, or path of a model folder")
    nir_band: int = option(0, "number of the near infrared band, from 1; 0: detect automatically")
    red_band: int = option(0, "number of the red band, from 1; 0: detect automatically")
    green_band: int = option(0, "number of the green band, from 1; 0: detect automatically")
    dsm_band: int = option(1, "number of the height band of the DSM raster, from 1")
    dtm_band: int = option(1, "number of the height band of the DTM raster, from 1")
    extent: Optional[Extent] = option(None, "rectangle to label, in the image's CRS")
    area: str = option("", "vector file whose polygons limit the labeled area", is_path=True)
    classes: str = option("", "class raster; empty: classes.tif in the output folder", is_path=True)
    confidence: str = option("", "confidence raster, 0-100; empty: not saved", is_path=True)
    polygons: str = option(
        "", "GeoPackage of polygons; empty: polygons.gpkg in the output folder", is_path=True
    )
    draw_polygons: bool = option(True, "vectorize buildings, roads and cars")
    minimum_building_m2: float = option(
        8.0, "minimum area of buildings in square meters; smaller ones are dropped"
    )
    minimum_road_m2: float = option(
        20.0, "minimum area of road patches in square meters; smaller ones are dropped"
    )
    minimum_car_m2: float = option(
        2.0, "minimum area of cars in square meters; smaller ones are dropped"
    )
    resample: bool = option(
        True,
        "label an image outside the range of resolutions that the model was trained on at the "
        "nearest of them; results are on the image's own pixels in any case",
    )
    tile_size_px: int = option(0, "edge of a tile in pixels of the model's input; 0: automatic")
    halo_px: int = option(
        -1,
        "context around a tile in pixels of the model's input; -1: the whole receptive field, so "
        "there are no seams between tiles; less context needs less memory",
    )
    stitch: bool = option(
        False,
        "compute scores of every pixel from shifted images instead of interpolating them; for "
        "networks with one coarse map, and slow: 256 times the work at a stride of 16",
    )
    batch_size: int = option(1, "number of tiles computed at once")
    device: str = option("auto", "device to run the network on", DEVICES)
    threads: int = option(0, "number of CPU threads of the network; 0: all")
    band_ranges: Tuple[Range, ...] = option(
        (), "black and white point of each image band; empty: measured on the image and saved"
    )

    def __post_init__(self) -> None:
        """Check the values of the fields."""
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
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = []
        if not self.image:
            sentences.append("No image is given: choose a raster with NIR, red and green bands.")
        if not self.output:
            sentences.append("No output folder is given: choose where to save the results.")
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
