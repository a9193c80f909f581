# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:finetune`: improves a model with polygons drawn where its labels are wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputHtml,
    QgsProcessingOutputString,
)

from ..i18n import tr
from ..layers.checks import band_problems, grid_problems, raster_problems
from ..layers.gsd import gsd_m
from ..models import model_reference, read_card
from ..protocol import (
    IMAGE_ROLES,
    FinetuneJob,
    FinetuneReport,
    OrthoscribeError,
    Outcome,
    finetune_report_from_values,
    resolution_problem,
)
from . import heights
from .base import JobAlgorithm, ParameterMap
from .input_warnings import input_warnings
from .parameters import Parameter, ParameterFactory, advanced

if TYPE_CHECKING:
    from .parameter_values import ParameterValues

BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
LISTS = ("label_values", "new_classes")
SCALARS = (
    "class_field", "start", "name", "title", "cause", "budget", "minutes", "steps", "fold_steps",
    "folds", "mixed_precision", "seed", "device", "threads", "fresh",
)  # fmt: skip


class FinetuneModel(JobAlgorithm):
    """Algorithm that fine-tunes a model on drawn polygons."""

    NAME = "finetune"
    TITLE = "Fine-tune model"
    HELP = (
        "Improves a model for your imagery, in minutes and without a graphics card. Draw 5 to 50 "
        "small polygons where its labels are wrong, and some where they are right, with a field "
        "for the class; what lies outside of them stays unknown.\n\n"
        "Parts of the polygons are held back in turn, so the report says how the new model labels "
        "places that it has not learned from. The verdict is green if it is better, amber if that "
        "is not shown, and red if something got worse. The new model is added to the list of Label "
        "image under its name; the model to start from is never changed.\n\n"
        "To resume a canceled run, start it again with the same values and the same name."
    )
    TAGS = ("train", "learning", "correct", "annotation", "improve", "deep learning")
    JOB_TYPE = FinetuneJob
    ARTIFACTS = ("page", "report", "job")
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {
        "checkpoint_s": "the loss of half a minute is acceptable",
        "further_scenes": "one scene a run; a job file can have several",
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        factory = ParameterFactory(FinetuneJob)
        for parameter in (*_inputs(factory), *_options(factory)):
            self.addParameter(parameter)
        self.addParameter(factory.model_folder("output"))
        self.addOutput(QgsProcessingOutputString("VERDICT", tr("Verdict")))
        self.addOutput(QgsProcessingOutputHtml("PAGE", tr("Report (HTML)")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report (JSON)")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job (JSON)")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the layers and of the job."""
        image = values.required_layer("image")
        unreadable = raster_problems(image, "image")
        if unreadable:
            return unreadable
        job = self._draft(values, labels="drawn" if values.has("labels") else "")
        own = job.problems()
        if own:
            return own
        card = read_card(job.start)
        too_coarse = resolution_problem(gsd_m(image), card)
        return (
            *grid_problems(image),
            *((too_coarse,) if too_coarse else ()),
            *band_problems(image, job.given_bands(card.image_roles)),
            *heights.missing_problems(job, card),
            *heights.height_problems(values, image, context),
        )

    def read_job(self, values: ParameterValues) -> FinetuneJob:
        """Return the job; writes polygons to a temporary file if needed."""
        return self._draft(values, labels=values.polygon_source("labels"))

    def input_warnings(self, values: ParameterValues, job: FinetuneJob) -> Tuple[str, ...]:
        """Return warnings about model, image and heights."""
        return input_warnings(values, job, read_card(job.start))

    def set_output_files(
        self,
        job: FinetuneJob,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        folder: Optional[Path],
    ) -> Tuple[ParameterMap, FinetuneJob]:
        """Return the parameters and the job with the folder of the model in the library."""
        is_named = folder is None and job.name
        return parameters, replace(job, output="").placed() if is_named else job

    def output_values(
        self,
        job: FinetuneJob,
        outcome: Outcome,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> ParameterMap:
        """Return the paths of model, report and job, and the verdict."""
        files = super().output_values(job, outcome, parameters, context, feedback)
        report = _report_in(files["REPORT"])
        for reason in report.reasons if report else ():
            feedback.pushInfo(tr(reason))
        return {**files, "VERDICT": report.verdict if report else ""}

    def _draft(self, values: ParameterValues, labels: str) -> FinetuneJob:
        job = FinetuneJob(
            output="." if values.has("output") else "",
            labels=labels,
            **values.lists(LISTS),
            **values.sources(("image", *heights.RASTERS)),
            **values.scalars((*BANDS, *SCALARS, *heights.SCALARS)),
        )
        return replace(job, start=model_reference(job.start))


def _report_in(path: Optional[str]) -> Optional[FinetuneReport]:
    """Return the report of the fine-tuning in a report.json, or None if it cannot be read."""
    try:
        values = json.loads(Path(path or "").read_text(encoding="utf-8"))["finetuning"]
        return finetune_report_from_values(values)
    except (OSError, ValueError, KeyError, TypeError, OrthoscribeError):
        return None


def _inputs(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    """Return what an analyst needs first, then what is seldom set."""
    return (
        factory.text("name", "Name of the new model"),
        factory.raster("image", "Image"),
        *heights.height_parameters(factory),
        factory.polygons("labels", "Drawn polygons"),
        factory.class_field("class_field", "Class field (automatic if not set)", parent="labels"),
        factory.model("start", "Model to start from"),
        factory.choice("cause", "What is wrong"),
        factory.text("new_classes", "New classes, comma-separated"),
        factory.choice("budget", "Time"),
        advanced(factory.text("label_values", "Classes of label values")),
        advanced(factory.band("nir_band", "Near infrared band (automatic if not set)", "image")),
        advanced(factory.band("red_band", "Red band (automatic if not set)", "image")),
        advanced(factory.band("green_band", "Green band (automatic if not set)", "image")),
    )


def _options(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    options = (
        factory.decimal_number("minutes", "Time limit (minutes)", 0.0, 1440.0, "Automatic"),
        factory.whole_number("steps", "Training steps", 0, "Automatic"),
        factory.whole_number("fold_steps", "Training steps of each fold", 0, "Automatic"),
        factory.whole_number("folds", "Number of folds", 0, "Automatic"),
        factory.choice("mixed_precision", "Mixed precision"),
        factory.text("title", "Model title"),
        factory.whole_number("seed", "Random seed", 0),
        factory.choice("device", "Device"),
        factory.whole_number("threads", "CPU threads", 0, "All"),
        factory.flag("fresh", "Start over, ignoring a checkpoint"),
    )
    return tuple(map(advanced, options))
