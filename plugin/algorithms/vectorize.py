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
from .base import JobAlgorithm, ParameterMap
from .parameters import ParameterFactory

if TYPE_CHECKING:
    from .parameter_values import ParameterValues


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
        **polygons.WITHOUT_PARAMETER,
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        factory = ParameterFactory(VectorizeJob)
        for parameter in (
            factory.raster("classes", "Land cover"),
            factory.raster("confidence", "Confidence", optional=True),
            *heights.height_parameters(factory),
            factory.extent("extent", "Extent to vectorize"),
            *polygons.polygon_parameters(factory),
            factory.folder_destination("output", "Output folder", optional=True),
            *polygons.polygon_destinations(factory),
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
        crs = values.required_layer("classes").crs()
        return VectorizeJob(
            output="." if any(values.has(name) for name in wanted) else "",
            extent=values.extent("extent", crs),
            **values.sources(("classes", "confidence", *heights.RASTERS)),
            **values.scalars((*heights.SCALARS, *polygons.SCALARS)),
        )

    def set_output_files(
        self,
        job: VectorizeJob,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        folder: Optional[Path],
    ) -> Tuple[ParameterMap, VectorizeJob]:
        """Set the path of the polygons if it is given."""
        polygons_file = self.parameterAsFileOutput(parameters, "POLYGONS", context)
        return parameters, replace(
            job,
            polygons=str(Path(polygons_file).absolute()) if polygons_file else "",
            **polygons.wanted_switches(parameters),
        )

    def output_values(
        self,
        job: VectorizeJob,
        outcome: Outcome,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> ParameterMap:
        """Return paths, and schedule the styling of layers that QGIS loads."""
        artifacts = outcome.artifacts
        run = describe_run(job, outcome)
        return {
            "OUTPUT": job.output,
            **polygons.polygon_outputs(
                self,
                parameters,
                context,
                feedback,
                artifacts.get("polygons"),
                run,
                self._keep_reference,
            ),
            "JOB": artifacts.get("job"),
            "REPORT": artifacts.get("report"),
        }
