# SPDX-License-Identifier: GPL-2.0-or-later
"""Job for vectorizing a class raster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Optional, Tuple

from ..legend import ISPRS, Legend
from .fields import Extent, option, required_path
from .polygon_options import PolygonOptions
from .problems import extent_problems, suffix_problems
from .scene_input import HeightsInput


# The fields of the last base come first: the heights before the polygons.
@dataclass(frozen=True)
class VectorizeJob(PolygonOptions, HeightsInput):
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
    extent: Optional[Extent] = option(
        None, "rectangle to vectorize, in the CRS of the class raster"
    )
    legend: Legend = option(ISPRS, "legend of the class raster")

    def __post_init__(self) -> None:
        """Check the values of the fields."""
        HeightsInput.__post_init__(self)
        PolygonOptions.__post_init__(self)

    def problems(self) -> Tuple[str, ...]:
        """Return the problems that prevent the job from running; empty if there are none."""
        sentences = []
        if not self.classes:
            sentences.append("No class raster is given: choose the result of a label job.")
        if not self.output:
            sentences.append("No output folder is given: choose where to save the results.")
        sentences += extent_problems(self.extent)
        return (*sentences, *suffix_problems(self), *super().problems())
