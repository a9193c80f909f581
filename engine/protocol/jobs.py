# SPDX-License-Identifier: GPL-2.0-or-later
"""Jobs: the only way to ask the engine for anything.

A job is a frozen record of paths and numbers. Dock, toolbox, `qgis_process` and shell all build
one and hand it to the same door, so they cannot diverge. Each field carries the help text from
which the shell's flags and the Processing parameters are derived, and says whether it is a path.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Optional, Tuple, Type, Union

from .errors import JobError
from .legend import ISPRS, Legend

Extent = Tuple[float, float, float, float]  # xmin, ymin, xmax, ymax in the image's CRS
Range = Tuple[float, float]

_FORMATS = (
    ("classes", "GeoTIFF", (".tif", ".tiff")),
    ("confidence", "GeoTIFF", (".tif", ".tiff")),
    ("polygons", "GeoPackage", (".gpkg",)),
)
HEIGHT_KINDS = ("auto", "dsm", "ndsm", "dsm+dtm")
DEVICES = ("auto", "cpu", "cuda", "mps")


def _says(default: Any, text: str, choices: Tuple[str, ...] = (), is_path: bool = False) -> Any:
    return field(default=default, metadata={"help": text, "choices": choices, "is_path": is_path})


def _requires_path(text: str) -> Any:
    return field(metadata={"help": text, "choices": (), "is_path": True})


def _check_choice(name: str, value: str, choices: Tuple[str, ...]) -> None:
    if value not in choices:
        raise JobError(f"'{name}' is {value!r}; it must be one of {', '.join(choices)}.")


def _check_at_least(lowest: float, **numbers: float) -> None:
    for name, value in numbers.items():
        if not value >= lowest:
            raise JobError(f"'{name}' is {value}; it must be at least {lowest:g}.")


def _height_problems(job: Union[LabelJob, VectorizeJob]) -> Tuple[str, ...]:
    sentences = []
    if job.heights == "dsm+dtm" and not job.dtm:
        sentences.append("Heights are 'dsm+dtm' but no DTM is given: add one, or choose 'dsm'.")
    if job.heights in ("dsm", "ndsm") and job.dtm:
        sentences.append(
            f"A DTM is given but heights are '{job.heights}': choose 'dsm+dtm', or leave the "
            "DTM out."
        )
    if job.dtm and not job.dsm:
        sentences.append("A DTM is given but no DSM is given: add the DSM of the same place.")
    elif job.heights != "auto" and not job.dsm:
        sentences.append(f"Heights are '{job.heights}' but no DSM is given: add the DSM raster.")
    return tuple(sentences)


def _suffix_problems(job: Union[LabelJob, VectorizeJob]) -> Tuple[str, ...]:
    """Return a sentence for each destination whose name promises another format."""
    return tuple(
        f"'{name}' is {path}, but what is written there is a {format_name}: let the name end in "
        f"{' or '.join(suffixes)}."
        for name, format_name, suffixes in _FORMATS
        for path in (getattr(job, name),)
        if name in job.written and path and not path.lower().endswith(suffixes)
    )


@dataclass(frozen=True)
class LabelJob:
    """Label an image, with heights, into a class raster and polygons.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "label"
    written: ClassVar[Tuple[str, ...]] = ("classes", "confidence", "polygons")

    image: str = _requires_path("image with near infrared, red and green bands")
    output: str = _requires_path("folder for everything the job leaves")
    dsm: str = _says(
        "", "surface heights in meters: a DSM, or an nDSM with heights 'ndsm'", is_path=True
    )
    dtm: str = _says("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = _says(
        "auto", "what the heights are; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    model: str = _says("default", "name of a bundled model, or path of a model folder")
    nir_band: int = _says(0, "number of the near infrared band, from 1; 0: find it")
    red_band: int = _says(0, "number of the red band, from 1; 0: find it")
    green_band: int = _says(0, "number of the green band, from 1; 0: find it")
    dsm_band: int = _says(1, "band of the DSM raster that holds the heights, from 1")
    dtm_band: int = _says(1, "band of the DTM raster that holds the heights, from 1")
    extent: Optional[Extent] = _says(None, "label only this rectangle, in the image's CRS")
    area: str = _says("", "label only inside the polygons of this vector file", is_path=True)
    classes: str = _says("", "class raster; empty: classes.tif in the output folder", is_path=True)
    confidence: str = _says("", "confidence raster, 0-100; empty: not kept", is_path=True)
    polygons: str = _says(
        "", "GeoPackage of polygons; empty: polygons.gpkg in the output folder", is_path=True
    )
    draw_polygons: bool = _says(True, "trace buildings, roads and cars")
    minimum_building_m2: float = _says(8.0, "smaller buildings are dropped, in square meters")
    minimum_road_m2: float = _says(20.0, "smaller road patches are dropped, in square meters")
    minimum_car_m2: float = _says(2.0, "smaller cars are dropped, in square meters")
    tile_size_px: int = _says(0, "edge of a tile in pixels; 0: chosen from the network")
    batch_size: int = _says(1, "tiles computed at once")
    device: str = _says("auto", "where the network runs", DEVICES)
    threads: int = _says(0, "processor threads for the network; 0: all")
    band_ranges: Tuple[Range, ...] = _says(
        (), "black and white point of each image band; empty: measured on the image and recorded"
    )

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
        _check_choice("heights", self.heights, HEIGHT_KINDS)
        _check_choice("device", self.device, DEVICES)
        _check_at_least(
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
        _check_at_least(
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
        return (*sentences, *_suffix_problems(self), *_height_problems(self))


@dataclass(frozen=True)
class VectorizeJob:
    """Trace the buildings, roads and cars of a class raster.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "vectorize"
    written: ClassVar[Tuple[str, ...]] = ("polygons",)

    classes: str = _requires_path("class raster")
    output: str = _requires_path("folder for everything the job leaves")
    confidence: str = _says("", "confidence raster, 0-100, averaged for each polygon", is_path=True)
    dsm: str = _says("", "surface heights in meters, for the height of each polygon", is_path=True)
    dtm: str = _says("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = _says(
        "auto", "what the heights are; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    dsm_band: int = _says(1, "band of the DSM raster that holds the heights, from 1")
    dtm_band: int = _says(1, "band of the DTM raster that holds the heights, from 1")
    polygons: str = _says(
        "", "GeoPackage of polygons; empty: polygons.gpkg in the output folder", is_path=True
    )
    minimum_building_m2: float = _says(8.0, "smaller buildings are dropped, in square meters")
    minimum_road_m2: float = _says(20.0, "smaller road patches are dropped, in square meters")
    minimum_car_m2: float = _says(2.0, "smaller cars are dropped, in square meters")
    legend: Legend = _says(ISPRS, "what the codes of the class raster mean")

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
        _check_choice("heights", self.heights, HEIGHT_KINDS)
        _check_at_least(
            0,
            minimum_building_m2=self.minimum_building_m2,
            minimum_road_m2=self.minimum_road_m2,
            minimum_car_m2=self.minimum_car_m2,
        )
        _check_at_least(1, dsm_band=self.dsm_band, dtm_band=self.dtm_band)

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        sentences = []
        if not self.classes:
            sentences.append("No class raster is given: choose the result of a label job.")
        if not self.output:
            sentences.append("No output folder is given: choose where the results go.")
        return (*sentences, *_suffix_problems(self), *_height_problems(self))


@dataclass(frozen=True)
class SceneJob:
    """Make a synthetic scene: image, heights, labels and annotations.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "scene"

    output: str = _requires_path("folder for the scene")
    seed: int = _says(1, "the same seed gives the same scene")
    size_px: int = _says(1024, "edge of the square scene in pixels")
    gsd_m: float = _says(0.1, "ground sampling distance in meters")

    def __post_init__(self) -> None:
        """Refuse sizes that no scene could have."""
        _check_at_least(0, seed=self.seed)
        _check_at_least(64, size_px=self.size_px)
        if not 0.02 <= self.gsd_m <= 2.0:
            raise JobError(f"'gsd_m' is {self.gsd_m}; scenes are made from 0.02 to 2 meters.")

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        return () if self.output else ("No output folder is given: choose where the scene goes.",)


Job = Union[LabelJob, VectorizeJob, SceneJob]
JOB_TYPES: Tuple[Type[Any], ...] = (LabelJob, VectorizeJob, SceneJob)
