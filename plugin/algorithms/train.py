# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:train`: trains a model on an image with ground truth, or on a data set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import QgsProcessingContext, QgsProcessingOutputFile

from ..i18n import tr
from ..layers.checks import band_problems, grid_problems, raster_problems
from ..models import model_reference
from ..protocol import IMAGE_ROLES, TUNING_STEPS, TrainJob
from . import heights
from .base import JobAlgorithm, ParameterMap
from .input_warnings import input_warnings
from .parameters import Parameter, ParameterFactory, advanced

if TYPE_CHECKING:
    from pathlib import Path

    from .parameter_values import ParameterValues

FINETUNE_ADVICE = (
    "To improve a model with some drawn polygons, use 'Fine-tune model' instead: it takes minutes, "
    "keeps what the model can do, and says whether the new one is better."
)
BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
LISTS = ("label_values", "options", "variants")
SCALARS = (
    "architecture", "recipe", "start", "class_field", "without_heights", "dataset", "root",
    "validation_fraction", "steps", "epochs", "batch", "patch_px", "learning_rate",
    "class_weights", "patience", "mixed_precision", "gradient_checkpointing", "name", "title",
    "license", "seed", "device", "threads", "fresh",
)  # fmt: skip


class TrainModel(JobAlgorithm):
    """Algorithm that trains a model."""

    NAME = "train"
    TITLE = "Train model"
    HELP = (
        "Trains a network on an image with ground truth, or on a whole data set, and adds a model "
        "to the list of Label image under its name. To improve a model with a few drawn polygons, "
        "use Fine-tune model instead; to adapt it to a fully labeled image, choose it as the model "
        "to start from and leave the architecture empty: training then takes "
        f"{TUNING_STEPS} steps, minutes on a CPU for most models. From random weights it takes "
        "thousands, unless you set fewer; the log says how long that is on your computer.\n\n"
        "The ground truth is a raster with the codes or the colors of the legend, or polygons with "
        "a field for the code or the name of their class. For other values, set Classes of label "
        "values, as 6=building,5=tree.\n\n"
        "A fifth of the image is held out for validation during training: one side, or some blocks "
        "if the classes are then better divided. The list of architectures in the dock shows which "
        "ones need a graphics card. To resume a canceled training, run it again with the same "
        "values and the same name."
    )
    TAGS = ("fine-tune", "learning", "annotation", "network", "deep learning")
    JOB_TYPE = TrainJob
    ARTIFACTS = ("report", "job")
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {
        "averaging": "set by the recipe",
        "validations": "twenty are enough for a curve",
        "checkpoint_s": "the loss of a minute is acceptable",
        "legend": "taken from the model to start from, or the ISPRS legend",
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        factory = ParameterFactory(TrainJob)
        for parameter in (*_inputs(factory), *_schedule(factory), *_options(factory)):
            self.addParameter(parameter)
        self.addParameter(factory.model_folder("output"))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report (JSON)")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job (JSON)")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the job, then of the layers unless a data set is used."""
        job = self._draft(values, is_draft=True)
        if job.problems() or job.dataset != "none":
            return job.problems()
        image = values.required_layer("image")
        unreadable = raster_problems(image, "image")
        if unreadable:
            return unreadable
        given = job.given_bands()
        return (
            *grid_problems(image),
            *band_problems(image, given),
            *heights.height_problems(values, image, context),
        )

    def read_job(self, values: ParameterValues) -> TrainJob:
        """Return the job; writes polygons to a temporary file if needed."""
        return self._draft(values, is_draft=False)

    def input_warnings(self, values: ParameterValues, job: TrainJob) -> Tuple[str, ...]:
        """Return warnings about image and heights; a start model suggests fine-tuning."""
        advice = (tr(FINETUNE_ADVICE),) if job.start and job.image else ()
        return (*advice, *input_warnings(values, job))

    def set_output_files(
        self,
        job: TrainJob,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        folder: Optional[Path],
    ) -> Tuple[ParameterMap, TrainJob]:
        """Return the parameters and the job with the folder of the model in the library."""
        is_named = folder is None and job.name
        return parameters, replace(job, output="").placed() if is_named else job

    def _draft(self, values: ParameterValues, *, is_draft: bool) -> TrainJob:
        job = TrainJob(
            output="." if values.has("output") else "",
            labels=values.raster_or_vector_source("labels", is_draft=is_draft),
            **values.lists(LISTS),
            **values.sources(("image", *heights.RASTERS)),
            **values.scalars((*BANDS, *SCALARS, *heights.SCALARS)),
        )
        return replace(job, start=model_reference(job.start)) if job.start else job


def _inputs(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    """Return what an analyst needs first, then what is seldom set."""
    return (
        factory.text("name", "Name of the new model"),
        factory.raster("image", "Image", optional=True),
        *heights.height_parameters(factory),
        factory.raster_or_polygons("labels", "Ground truth"),
        factory.class_field("class_field", "Class field (automatic if not set)", parent="labels"),
        factory.model(
            "start", "Model to start from", none="None, train an architecture from random weights"
        ),
        factory.whole_number(
            "steps", "Training steps", 0, f"Automatic ({TUNING_STEPS} from a model to start from)"
        ),
        advanced(factory.text("label_values", "Classes of label values")),
        advanced(factory.band("nir_band", "Near infrared band (automatic if not set)", "image")),
        advanced(factory.band("red_band", "Red band (automatic if not set)", "image")),
        advanced(factory.band("green_band", "Green band (automatic if not set)", "image")),
        advanced(factory.flag("without_heights", "Train without heights")),
        advanced(
            factory.architecture(
                "architecture", "Architecture", none="That of the model to start from"
            )
        ),
        advanced(factory.choice("dataset", "Data set instead of an image")),
        advanced(factory.folder("root", "Folder of the data set", optional=True)),
    )


def _schedule(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    schedule = (
        factory.choice("recipe", "Training recipe"),
        factory.whole_number("epochs", "Epochs", 0, "By training steps"),
        factory.decimal_number("validation_fraction", "Fraction held out for validation", 0.0, 0.9),
        factory.whole_number("patience", "Early stopping patience", 0, "Train to the end"),
        factory.whole_number("batch", "Batch size (patches)", 0, "Automatic"),
        factory.whole_number("patch_px", "Patch size (px)", 0, "Automatic"),
        factory.decimal_number("learning_rate", "Learning rate", 0.0, 1.0, "Automatic"),
        factory.flag("class_weights", "Give rare classes more weight"),
    )
    return tuple(map(advanced, schedule))


def _options(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    return (
        advanced(factory.text("options", "Architecture options, comma-separated")),
        advanced(factory.text("variants", "Recipe variants, comma-separated")),
        advanced(factory.choice("mixed_precision", "Mixed precision")),
        advanced(factory.flag("gradient_checkpointing", "Gradient checkpointing (saves memory)")),
        advanced(factory.text("title", "Model title")),
        advanced(factory.text("license", "License of the weights")),
        advanced(factory.whole_number("seed", "Random seed", 0)),
        advanced(factory.choice("device", "Device")),
        advanced(factory.whole_number("threads", "CPU threads", 0, "All")),
        advanced(factory.flag("fresh", "Start over, ignoring a checkpoint")),
    )
