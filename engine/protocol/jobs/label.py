# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for labeling an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Optional, Tuple

from ..cluster import parse_cluster
from .fields import (
    DEVICES,
    Extent,
    Range,
    check_at_least,
    check_at_most,
    check_choice,
    option,
    required_path,
)
from .polygon_options import PolygonOptions
from .problems import extent_problems, suffix_problems
from .scene_input import SceneInput

MOST_THREADS = 1024


# The fields of the last base come first: the scene before the polygons.
@dataclass(frozen=True)
class LabelJob(PolygonOptions, SceneInput):
    """Label an image, optionally with heights, to a class raster and polygons.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "label"
    written: ClassVar[Tuple[str, ...]] = ("classes", "confidence", "polygons")

    output: str = required_path("folder for all results")
    model: str = option("default", "name of a bundled model, or path of a model folder")
    extent: Optional[Extent] = option(None, "rectangle to label, in the image's CRS")
    area: str = option("", "vector file whose polygons limit the labeled area", is_path=True)
    classes: str = option("", "class raster; empty: classes.tif in the output folder", is_path=True)
    confidence: str = option("", "confidence raster, 0-100; empty: not saved", is_path=True)
    polygons: str = option(
        "", "GeoPackage of polygons; empty: polygons.gpkg in the output folder", is_path=True
    )
    zones: str = option(
        "",
        "vector file with polygons, such as municipalities, for each of which the areas of the "
        "classes are written to zones.csv and report.json",
        is_path=True,
    )
    zone_field: str = option("", "field with the names of the zones; empty: their numbers")
    draw_polygons: bool = option(True, "vectorize buildings, roads and cars")
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
    cluster: str = option(
        "",
        "where to label in parts: local:N for N processes of this computer, or the address of a "
        "Dask scheduler such as tcp://10.0.0.5:8786; empty: all in one process",
    )
    band_ranges: Tuple[Range, ...] = option(
        (), "black and white point of each image band; empty: measured on the image and saved"
    )

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        SceneInput.__post_init__(self)
        PolygonOptions.__post_init__(self)
        check_choice("device", self.device, DEVICES)
        check_at_least(
            0,
            tile_size_px=self.tile_size_px,
            threads=self.threads,
        )
        check_at_least(-1, halo_px=self.halo_px)
        check_at_least(1, batch_size=self.batch_size)
        check_at_most(MOST_THREADS, threads=self.threads)
        parse_cluster(self.cluster)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = [*super().problems()]
        if not self.output:
            sentences.append("No output folder is given: choose where to save the results.")
        sentences += extent_problems(self.extent)
        return (*sentences, *suffix_problems(self))
