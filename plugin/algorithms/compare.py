# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:compare`: compares architectures and models on one scene."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputFile

from ..i18n import tr
from ..layers.checks import band_problems, grid_problems, raster_problems
from ..models import model_reference
from ..protocol import IMAGE_ROLES, CompareJob, Outcome
from . import heights
from .base import JobAlgorithm, Values
from .doubts import input_doubts
from .parameters import JobParameters, Parameter, advanced
from .places import named_folder, temporary_folder

if TYPE_CHECKING:
    from .values import ParameterValues

BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
PLAIN = (
    "test_fraction", "steps", "patches", "patch_px", "learning_rate", "width", "seed", "device",
    "threads",
)  # fmt: skip
LISTS = ("architectures", "label_values")


class CompareNetworks(JobAlgorithm):
    """Algorithm that compares architectures and models."""

    NAME = "compare"
    TITLE = "Compare networks"
    HELP = (
        "Trains architectures on most of an image with ground truth, uses existing models without "
        "training, labels the part that is held out with each of them, and writes a table of their "
        "scores, speed and memory use, best first.\n\n"
        "All architectures are trained with the same number of steps on the same patches, so the "
        "table compares them on this scene and with this budget. A few hundred steps take minutes "
        "for small networks. Wide networks from papers need a graphics card, or a smaller width. "
        "The trained models are saved in the folder models and can be used in Label image."
    )
    TAGS = ("benchmark", "training", "architectures", "accuracy", "table")
    JOB_TYPE = CompareJob
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {}

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(CompareJob)
        for parameter in (*_inputs(make), *_options(make)):
            self.addParameter(parameter)
        self.addParameter(make.folder_destination("output", "Output folder", optional=False))
        self.addOutput(QgsProcessingOutputFile("TABLE", tr("Table (CSV)")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report (JSON)")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job (JSON)")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the layers, then of the job."""
        image, labels = values.required_layer("image"), values.required_layer("labels")
        unreadable = (*raster_problems(image, "image"), *raster_problems(labels, "ground truth"))
        if unreadable:
            return unreadable
        job = self.read_job(values)
        given = job.given_bands()
        return (
            *grid_problems(image),
            *(job.problems() or band_problems(image, given)),
            *heights.height_problems(values, image, context),
        )

    def read_job(self, values: ParameterValues) -> CompareJob:
        """Return the job with a placeholder for its folder."""
        lists = values.lists(LISTS)
        lists["architectures"] = tuple(map(model_reference, lists.get("architectures", ())))
        return CompareJob(
            output="." if values.has("output") else "",
            **lists,
            **values.sources(("image", "labels", *heights.RASTERS)),
            **values.plain((*BANDS, *PLAIN, *heights.PLAIN)),
        )

    def doubts(self, values: ParameterValues, job: CompareJob) -> Tuple[str, ...]:
        """Return warnings about image and heights."""
        return input_doubts(values, job)

    def place(
        self, job: CompareJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, CompareJob]:
        """Set the output folder of the job."""
        folder = named_folder(self, parameters, context) or temporary_folder()
        return parameters, replace(job, output=str(folder))

    def collect(
        self,
        job: CompareJob,
        outcome: Outcome,
        parameters: Values,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Values:
        """Return the paths of table, report and job."""
        artifacts = outcome.artifacts
        return {
            "OUTPUT": job.output,
            "TABLE": artifacts.get("table"),
            "REPORT": artifacts.get("report"),
            "JOB": artifacts.get("job"),
        }


def _inputs(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.raster("image", "Image"),
        make.raster("labels", "Ground truth"),
        advanced(make.text("label_values", "Classes of label values")),
        make.text("architectures", "Architectures and models, comma-separated", optional=False),
        make.band("nir_band", "Near infrared band (automatic if not set)", parent="image"),
        make.band("red_band", "Red band (automatic if not set)", parent="image"),
        make.band("green_band", "Green band (automatic if not set)", parent="image"),
        *heights.height_parameters(make),
        make.decimal_number("test_fraction", "Fraction held out for testing", 0.05, 0.9),
        make.whole_number("steps", "Training steps", 1),
    )


def _options(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        advanced(make.whole_number("patches", "Batch size (patches)", 2)),
        advanced(make.whole_number("patch_px", "Patch size (px)", 32)),
        advanced(make.decimal_number("learning_rate", "Peak learning rate", 1e-7, 1.0)),
        advanced(make.choice("width", "Network width")),
        advanced(make.whole_number("seed", "Random seed", 0)),
        advanced(make.choice("device", "Device")),
        advanced(make.whole_number("threads", "CPU threads (0 for all)", 0)),
    )
