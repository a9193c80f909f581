# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:compare`: several networks on one scene, trained or as they are, side by side."""

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
    """Compares architectures and models."""

    NAME = "compare"
    TITLE = "Compare networks"
    HELP = (
        "Trains architectures on most of an image whose true classes are known, takes models as "
        "they are, lets each of them label the part that is held out, and writes a table of their "
        "scores, speed and memory, the best first.\n\n"
        "All get the same few steps on the same patches, so the table tells how they compare on "
        "this scene under this budget. A few hundred steps take minutes for small networks; wide "
        "ones from papers want a graphics card, or a smaller width. What is trained stays in the "
        "folder models and can be given to Label image."
    )
    TAGS = ("benchmark", "training", "architectures", "accuracy", "table")
    JOB_TYPE = CompareJob
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {}

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(CompareJob)
        for parameter in (*_inputs(make), *_options(make)):
            self.addParameter(parameter)
        self.addParameter(
            make.folder_destination("output", "Folder for table and models", optional=False)
        )
        self.addOutput(QgsProcessingOutputFile("TABLE", tr("Table (CSV)")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job, ready to be repeated")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Check the layers, then the job itself."""
        image, labels = values.required_layer("image"), values.required_layer("labels")
        unreadable = (*raster_problems(image, "image"), *raster_problems(labels, "true classes"))
        if unreadable:
            return unreadable
        job = self.read_job(values)
        given = {role: getattr(job, f"{role}_band") for role in IMAGE_ROLES}
        return (
            *grid_problems(image),
            *(job.problems() or band_problems(image, given)),
            *heights.height_problems(values, image, context),
        )

    def read_job(self, values: ParameterValues) -> CompareJob:
        """Return the job; its folder is settled later."""
        lists = values.lists(LISTS)
        lists["architectures"] = tuple(map(model_reference, lists.get("architectures", ())))
        return CompareJob(
            output="." if values.has("output") else "",
            **lists,
            **values.sources(("image", "labels", *heights.RASTERS)),
            **values.plain((*BANDS, *PLAIN, *heights.PLAIN)),
        )

    def doubts(self, values: ParameterValues, job: CompareJob) -> Tuple[str, ...]:
        """Return what is doubtful about image and heights."""
        return input_doubts(values, job)

    def place(
        self, job: CompareJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, CompareJob]:
        """Settle the folder."""
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
        """Return the table and the records."""
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
        make.raster("labels", "True classes"),
        advanced(make.text("label_values", "Meaning of label values")),
        make.text("architectures", "Architectures and models, apart by commas", optional=False),
        make.band("nir_band", "Near infrared band", parent="image"),
        make.band("red_band", "Red band", parent="image"),
        make.band("green_band", "Green band", parent="image"),
        *heights.height_parameters(make),
        make.decimal_number("test_fraction", "Part that is scored, at one side", 0.05, 0.9),
        make.whole_number("steps", "Training steps", 1),
    )


def _options(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        advanced(make.whole_number("patches", "Patches in a step", 2)),
        advanced(make.whole_number("patch_px", "Patch size (px)", 32)),
        advanced(make.decimal_number("learning_rate", "Highest learning rate", 1e-7, 1.0)),
        advanced(make.choice("width", "Width of the networks")),
        advanced(make.whole_number("seed", "Seed", 0)),
        advanced(make.choice("device", "Device")),
        advanced(make.whole_number("threads", "Processor threads", 0)),
    )
