# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for vectorizing a class raster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple

from ..legend import ISPRS, Legend
from .fields import check_at_least, option, required_path
from .problems import suffix_problems
from .scene_input import HeightsInput


@dataclass(frozen=True)
class VectorizeJob(HeightsInput):
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
        super().__post_init__()
        check_at_least(
            0,
            minimum_building_m2=self.minimum_building_m2,
            minimum_road_m2=self.minimum_road_m2,
            minimum_car_m2=self.minimum_car_m2,
        )

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = []
        if not self.classes:
            sentences.append("No class raster is given: choose the result of a label job.")
        if not self.output:
            sentences.append("No output folder is given: choose where to save the results.")
        return (*sentences, *suffix_problems(self), *super().problems())
