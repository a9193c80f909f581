# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:changes`: outlines where two class rasters differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import QgsProcessingContext, QgsProcessingOutputFile, QgsProcessingOutputVectorLayer

from ..i18n import tr
from ..layers.checks import grid_problems, raster_problems
from ..protocol import ChangesJob
from .base import JobAlgorithm
from .parameters import ParameterFactory

if TYPE_CHECKING:
    from .parameter_values import ParameterValues

LARGEST_M2 = 1e6
RASTERS = {"before": "Land cover before", "after": "Land cover after"}


class OutlineChanges(JobAlgorithm):
    """Algorithm that outlines the changes between two class rasters."""

    NAME = "changes"
    TITLE = "Outline changes"
    HELP = (
        "Outlines where two land covers of the same image differ, for example before and after a "
        "model was improved. Each polygon of changes.gpkg has the class before, the class after "
        "and its area. The report lists the area that each class gained and lost.\n\n"
        "Both land covers must be on the same pixels, as results of Label image for one image are."
    )
    TAGS = ("difference", "before", "after", "polygonize")
    JOB_TYPE = ChangesJob
    ARTIFACTS = ("changes", "report", "job")
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {
        "legend": "class rasters from the toolbox have the ISPRS legend",
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        factory = ParameterFactory(ChangesJob)
        for name, title in RASTERS.items():
            self.addParameter(factory.raster(name, title))
        self.addParameter(
            factory.decimal_number("minimum_m2", "Smallest change (m²)", 0, LARGEST_M2)
        )
        self.addParameter(factory.folder_destination("output", "Output folder", optional=False))
        self.addOutput(QgsProcessingOutputVectorLayer("CHANGES", tr("Changes")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report (JSON)")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job (JSON)")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the layers, then of the job."""
        layers = [values.required_layer(name) for name in RASTERS]
        unreadable = [
            sentence for layer in layers for sentence in raster_problems(layer, "class raster")
        ]
        if unreadable:
            return tuple(unreadable)
        of_grids = [sentence for layer in layers for sentence in grid_problems(layer)]
        return (*of_grids, *self.read_job(values).problems())

    def read_job(self, values: ParameterValues) -> ChangesJob:
        """Return the job with a placeholder for its folder."""
        return ChangesJob(
            output="." if values.has("output") else "",
            **values.sources(tuple(RASTERS)),
            **values.scalars(("minimum_m2",)),
        )
