# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:vectorize`: a class raster into polygons of buildings, roads and cars."""

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
    """Traces the buildings, roads and cars of a class raster."""

    NAME = "vectorize"
    TITLE = "Vectorize classes"
    HELP = (
        "Traces buildings, roads and cars of a class raster that Label image made, without "
        "labeling again: to try other minimum areas, or to add heights. Every polygon has its "
        "area and perimeter; with a confidence raster its mean confidence; with a surface model "
        "its height.\n\n"
        "Name a folder to get polygons.gpkg and job.json, or name single outputs."
    )
    TAGS = ("polygonize", "buildings", "roads", "cars", "footprints")
    JOB_TYPE = VectorizeJob
    FOLDER_FILES: ClassVar[Dict[str, str]] = {
        "POLYGONS": "polygons.gpkg",
        "JOB": "job.json",
        "REPORT": "report.json",
    }
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {
        "legend": "class rasters from the toolbox follow the ISPRS legend",
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(VectorizeJob)
        for parameter in (
            make.raster("classes", "Land cover"),
            make.raster("confidence", "Confidence", optional=True),
            *heights.height_parameters(make),
            *polygons.minimum_area_parameters(make),
            make.folder_destination("output", "Folder for everything", optional=True),
            *polygons.polygon_destinations(make),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job, ready to be repeated")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Check the layers, then the job itself."""
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
        """Return the job; its outputs are placed later."""
        wanted = ("output", "polygons", *POLYGON_ROLES)
        return VectorizeJob(
            output="." if any(values.has(name) for name in wanted) else "",
            **values.sources(("classes", "confidence", *heights.RASTERS)),
            **values.plain((*heights.PLAIN, *polygons.PLAIN)),
        )

    def place(
        self, job: VectorizeJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, VectorizeJob]:
        """Settle destinations: those that were named, the rest in the folder."""
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
        """Return paths; have what QGIS loads styled."""
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
