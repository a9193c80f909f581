# SPDX-License-Identifier: GPL-2.0-or-later
"""The vectorize job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Tuple

from ..legend import ISPRS, Legend
from .fields import HEIGHT_KINDS, check_at_least, check_choice, requires_path, says
from .problems import height_problems, suffix_problems


@dataclass(frozen=True)
class VectorizeJob:
    """Trace the buildings, roads and cars of a class raster.

    Raises:
        JobError: a value that no run could use.
    """

    kind: ClassVar[str] = "vectorize"
    written: ClassVar[Tuple[str, ...]] = ("polygons",)

    classes: str = requires_path("class raster")
    output: str = requires_path("folder for everything the job leaves")
    confidence: str = says("", "confidence raster, 0-100, averaged for each polygon", is_path=True)
    dsm: str = says("", "surface heights in meters, for the height of each polygon", is_path=True)
    dtm: str = says("", "terrain heights in meters, subtracted from the DSM", is_path=True)
    heights: str = says(
        "auto", "what the heights are; auto: 'dsm+dtm' with a DTM, else 'dsm'", HEIGHT_KINDS
    )
    dsm_band: int = says(1, "band of the DSM raster that holds the heights, from 1")
    dtm_band: int = says(1, "band of the DTM raster that holds the heights, from 1")
    polygons: str = says(
        "", "GeoPackage of polygons; empty: polygons.gpkg in the output folder", is_path=True
    )
    minimum_building_m2: float = says(8.0, "smaller buildings are dropped, in square meters")
    minimum_road_m2: float = says(20.0, "smaller road patches are dropped, in square meters")
    minimum_car_m2: float = says(2.0, "smaller cars are dropped, in square meters")
    legend: Legend = says(ISPRS, "what the codes of the class raster mean")

    def __post_init__(self) -> None:
        """Refuse values that no run could use."""
        check_choice("heights", self.heights, HEIGHT_KINDS)
        check_at_least(
            0,
            minimum_building_m2=self.minimum_building_m2,
            minimum_road_m2=self.minimum_road_m2,
            minimum_car_m2=self.minimum_car_m2,
        )
        check_at_least(1, dsm_band=self.dsm_band, dtm_band=self.dtm_band)

    def problems(self) -> Tuple[str, ...]:
        """Return plain sentences that keep the job from running; none means runnable."""
        sentences = []
        if not self.classes:
            sentences.append("No class raster is given: choose the result of a label job.")
        if not self.output:
            sentences.append("No output folder is given: choose where the results go.")
        return (*sentences, *suffix_problems(self), *height_problems(self))
