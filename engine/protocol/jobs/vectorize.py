# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for vectorizing a class raster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple

from ..legend import ISPRS, Legend
from .fields import HEIGHT_KINDS, check_at_least, check_choice, option, required_path
from .problems import height_problems, suffix_problems


@dataclass(frozen=True)
class VectorizeJob:
    """Vectorize the buildings, roads and cars of a class raster.

    Raises:
        JobError: if a value is invalid.
    """

    kind: ClassVar[str] = "vectorize"
    written: ClassVar[Tuple[str, ...]] = ("polygons",)

    classes: str = required_path("class raster")
    output: str = required_path("folder for all results")
    confidence: str = option(
        "", "confidence raster, 0-100, averaged for each polygon", is_path=True
    )
    dsm: str = option("", "surface heights in meters, for the height of each polygon", is_path=True)
    dtm: str = option("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = option(
        "auto", "kind of heights; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    dsm_band: int = option(1, "number of the height band of the DSM raster, from 1")
    dtm_band: int = option(1, "number of the height band of the DTM raster, from 1")
    polygons: str = option(
        "", "GeoPackage of polygons; empty: polygons.gpkg in the output folder", is_path=True
    )
    minimum_building_m2: float = option(
        8.0, "minimum area of buildings in square meters; smaller ones are dropped"
    )
    minimum_road_m2: float = option(
        20.0, "minimum area of road patches in square meters; smaller ones are dropped"
    )
    minimum_car_m2: float = option(
        2.0, "minimum area of cars in square meters; smaller ones are dropped"
    )
    legend: Legend = option(ISPRS, "legend of the class raster")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        check_choice("heights", self.heights, HEIGHT_KINDS)
        check_at_least(
            0,
            minimum_building_m2=self.minimum_building_m2,
            minimum_road_m2=self.minimum_road_m2,
            minimum_car_m2=self.minimum_car_m2,
        )
        check_at_least(1, dsm_band=self.dsm_band, dtm_band=self.dtm_band)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = []
        if not self.classes:
            sentences.append("No class raster is given: choose the result of a label job.")
        if not self.output:
            sentences.append("No output folder is given: choose where to save the results.")
        return (*sentences, *suffix_problems(self), *height_problems(self))
