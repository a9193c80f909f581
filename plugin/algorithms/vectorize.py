# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:vectorize`: vectorizes buildings, roads and cars of a class raster."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputFile

from ..i18n import tr
from ..layers.checks import grid_problems, raster_problems
from ..layers.results import POLYGON_ROLES, describe_run
from ..protocol import Outcome, VectorizeJob
from . import heights, polygons
from .base import JobAlgorithm, Values
from .parameters import JobParameters
from .places import named_folder, temporary_folder

if TYPE_CHECKING:
    from .values import ParameterValues


class VectorizeClasses(JobAlgorithm):
    """Algorithm that vectorizes the buildings, roads and cars of a class raster."""

    NAME = "vectorize"
    TITLE = "Vectorize classes"
    HELP = (
        "Vectorizes buildings, roads and cars of a class raster from Label image, to try other "
        "minimum areas or to add heights without labeling again. Each polygon has its area and "
        "perimeter. A confidence raster adds its mean confidence, a surface model its height.\n\n"
        "Choose an output folder to save polygons.gpkg and job.json, or choose single outputs."
    )
    TAGS = ("polygonize", "buildings", "roads", "cars", "footprints")
    JOB_TYPE = VectorizeJob
    FOLDER_FILES: ClassVar[Dict[str, str]] = {
        "POLYGONS": "polygons.gpkg",
        "JOB": "job.json",
        "REPORT": "report.json",
    }
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {
        "legend": "class rasters from the toolbox have the ISPRS legend",
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(VectorizeJob)
        for parameter in (
            make.raster("classes", "Land cover"),
            make.raster("confidence", "Confidence", optional=True),
            *heights.height_parameters(make),
            *polygons.minimum_area_parameters(make),
            make.folder_destination("output", "Output folder", optional=True),
            *polygons.polygon_destinations(make),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job (JSON)")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report (JSON)")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the layers, then of the job."""
        classes = values.required_layer("classes")
        unreadable = raster_problems(classes, "class raster")
        if unreadable:
            return unreadable
        return (
            *grid_problems(classes),
            *self.read_job(values).problems(),
            *heights.height_problems(values, classes, context),
        )

    def read_job(self, values: ParameterValues) -> VectorizeJob:
        """Return the job with placeholders for its outputs."""
        wanted = ("output", "polygons", *POLYGON_ROLES)
        return VectorizeJob(
            output="." if any(values.has(name) for name in wanted) else "",
            **values.sources(("classes", "confidence", *heights.RASTERS)),
            **values.plain((*heights.PLAIN, *polygons.PLAIN)),
        )

    def place(
        self, job: VectorizeJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, VectorizeJob]:
        """Set the paths of the outputs: those given, and the output folder for the rest."""
        named = self.parameterAsFileOutput(parameters, "POLYGONS", context)
        placed = replace(
            job,
            output=str(named_folder(self, parameters, context) or temporary_folder()),
            polygons=str(Path(named).absolute()) if named else "",
        )
        return parameters, placed

    def collect(
        self,
        job: VectorizeJob,
        outcome: Outcome,
        parameters: Values,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Values:
        """Return paths, and schedule the styling of layers that QGIS loads."""
        artifacts = outcome.artifacts
        run = describe_run(job, outcome)
        return {
            "OUTPUT": job.output,
            **polygons.deliver_polygons(
                self, parameters, context, feedback, artifacts.get("polygons"), run, self._keep
            ),
            "JOB": artifacts.get("job"),
            "REPORT": artifacts.get("report"),
        }
