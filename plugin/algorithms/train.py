# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:train`: a new model from an image whose classes are known, or from a data set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputFile

from ..i18n import tr
from ..layers.checks import band_problems, grid_problems, raster_problems
from ..models import model_reference
from ..protocol import IMAGE_ROLES, Outcome, TrainJob
from . import heights
from .base import JobAlgorithm, Values
from .doubts import input_doubts
from .parameters import JobParameters, Parameter, advanced
from .places import named_folder, temporary_folder

if TYPE_CHECKING:
    from .values import ParameterValues

BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
LISTS = ("label_values", "options", "variants")
PLAIN = (
    "architecture", "recipe", "start", "class_field", "without_heights", "dataset", "root",
    "validation_fraction", "steps", "epochs", "batch", "patch_px", "learning_rate",
    "class_weights", "patience", "mixed_precision", "gradient_checkpointing", "title", "license",
    "seed", "device", "threads", "fresh",
)  # fmt: skip


class TrainModel(JobAlgorithm):
    """Trains a model."""

    NAME = "train"
    TITLE = "Train model"
    HELP = (
        "Trains a network on an image whose true classes are known, or on a whole data set, and "
        "leaves a model: a folder that Label image takes. Start from a model to adapt it to your "
        "imagery; leave the architecture empty then.\n\n"
        "True classes are a raster with the codes or the colors of the legend, or polygons with a "
        "field for the code or the name of their class; say under Meaning of label values what "
        "other values stand for, as 6=building,5=tree.\n\n"
        "One side of the image is held out and scored on the way. Small networks take "
        "minutes on a processor; those that want a graphics card say so in the list of "
        "architectures in the dock. A canceled training goes on where it was when it is run "
        "again with the same values into the same folder."
    )
    TAGS = ("fine-tune", "learning", "annotation", "network", "deep learning")
    JOB_TYPE = TrainJob
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {
        "averaging": "as the recipe says",
        "validations": "twenty are enough to see a curve",
        "checkpoint_s": "a minute lost is no loss",
        "legend": "that of the model to start from, or of the ISPRS",
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(TrainJob)
        for parameter in (*_inputs(make), *_schedule(make), *_options(make)):
            self.addParameter(parameter)
        self.addParameter(
            make.folder_destination("output", "Folder of the new model", optional=False)
        )
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job, ready to be repeated")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Check the job, then the layers where there are some."""
        job = self._draft(values, is_draft=True)
        if job.problems() or job.dataset != "none":
            return job.problems()
        image = values.required_layer("image")
        unreadable = raster_problems(image, "image")
        if unreadable:
            return unreadable
        given = {role: getattr(job, f"{role}_band") for role in IMAGE_ROLES}
        return (
            *grid_problems(image),
            *band_problems(image, given),
            *heights.height_problems(values, image, context),
        )

    def read_job(self, values: ParameterValues) -> TrainJob:
        """Return the job; polygons may have to be written to a file."""
        return self._draft(values, is_draft=False)

    def doubts(self, values: ParameterValues, job: TrainJob) -> Tuple[str, ...]:
        """Return what is doubtful about image and heights."""
        return input_doubts(values, job)

    def place(
        self, job: TrainJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, TrainJob]:
        """Settle the folder."""
        folder = named_folder(self, parameters, context) or temporary_folder()
        return parameters, replace(job, output=str(folder))

    def collect(
        self,
        job: TrainJob,
        outcome: Outcome,
        parameters: Values,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Values:
        """Return the model's folder and the records."""
        artifacts = outcome.artifacts
        return {
            "OUTPUT": job.output,
            "REPORT": artifacts.get("report"),
            "JOB": artifacts.get("job"),
        }

    def _draft(self, values: ParameterValues, *, is_draft: bool) -> TrainJob:
        job = TrainJob(
            output="." if values.has("output") else "",
            labels=values.either_source("labels", is_draft=is_draft),
            **values.lists(LISTS),
            **values.sources(("image", *heights.RASTERS)),
            **values.plain((*BANDS, *PLAIN, *heights.PLAIN)),
        )
        return replace(job, start=model_reference(job.start)) if job.start else job


def _inputs(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.raster("image", "Image", optional=True),
        make.raster_or_polygons("labels", "True classes"),
        advanced(make.text("class_field", "Field of the class")),
        advanced(make.text("label_values", "Meaning of label values")),
        make.text("architecture", "Architecture"),
        make.folder("start", "Model to start from", optional=True),
        make.band("nir_band", "Near infrared band", parent="image"),
        make.band("red_band", "Red band", parent="image"),
        make.band("green_band", "Green band", parent="image"),
        *heights.height_parameters(make),
        advanced(make.flag("without_heights", "Leave heights out")),
        make.choice("dataset", "Data set"),
        make.folder("root", "Folder of the data set", optional=True),
    )


def _schedule(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.choice("recipe", "Recipe"),
        make.whole_number("steps", "Steps", 0),
        advanced(make.whole_number("epochs", "Epochs", 0)),
        make.decimal_number("validation_fraction", "Part that is scored, at one side", 0.0, 0.9),
        advanced(make.whole_number("patience", "Scores without a better one", 0)),
        advanced(make.whole_number("batch", "Patches at once", 0)),
        advanced(make.whole_number("patch_px", "Patch size (px)", 0)),
        advanced(make.decimal_number("learning_rate", "Learning rate", 0.0, 1.0)),
        advanced(make.flag("class_weights", "Rare classes count more")),
    )


def _options(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        advanced(make.text("options", "Options of the architecture")),
        advanced(make.text("variants", "Variants of the recipe")),
        advanced(make.choice("mixed_precision", "Mixed precision")),
        advanced(make.flag("gradient_checkpointing", "Save memory by computing twice")),
        advanced(make.text("title", "Title of the model")),
        advanced(make.text("license", "License of the weights")),
        advanced(make.whole_number("seed", "Seed", 0)),
        advanced(make.choice("device", "Device")),
        advanced(make.whole_number("threads", "Processor threads", 0)),
        advanced(make.flag("fresh", "Start over")),
    )
