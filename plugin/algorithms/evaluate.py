# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:evaluate`: how well a model labels scenes whose classes are known."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputHtml,
    QgsProcessingOutputNumber,
)

from ..i18n import tr
from ..layers.checks import band_problems, grid_problems, raster_problems
from ..models import model_reference, read_card
from ..protocol import IMAGE_ROLES, ISPRS, EvaluateJob, Outcome
from . import heights
from .base import JobAlgorithm, Values
from .doubts import input_doubts
from .parameters import JobParameters, Parameter, advanced, key_of
from .places import named_folder, temporary_folder

if TYPE_CHECKING:
    from .values import ParameterValues

BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
PLAIN = (
    "model", "class_field", "dataset", "root", "split", "eroded", "paper", "release_oa",
    "trimap_px", "minimum_building_m2", "minimum_car_m2", "device", "threads",
)  # fmt: skip
SCORES = {
    "overall_accuracy": "Overall accuracy",
    "mean_f1": "Mean F1",
    "mean_iou": "Mean IoU",
    "kappa": "Kappa",
    **{f"f1_{one.name}": f"F1 of {one.title.lower()}" for one in ISPRS.classes},
}


class EvaluateModel(JobAlgorithm):
    """Scores a model."""

    NAME = "evaluate"
    TITLE = "Evaluate model"
    HELP = (
        "Labels an image whose true classes are known, or a whole data set, and reports how good "
        "the labels are: overall accuracy, F1, IoU and kappa, on all pixels and away from borders; "
        "the confusion matrix; how scores fade towards borders; how many buildings and cars are "
        "found; maps of truth, labels and errors. The report opens in the results viewer; "
        "report.json beside it holds the numbers.\n\n"
        "True classes are a raster with the codes or the colors of the legend, or polygons with a "
        "field for the code or the name of their class; say under Meaning of label values what "
        "other values stand for, as 6=building,5=tree. Use other places than the model was "
        "trained on, or the scores mean nothing.\n\n"
        "Data sets are the ISPRS tiles of Vaihingen and Potsdam in their official folders, split "
        "as in Maggiori et al., or a folder with images/NAME.tif, labels/NAME.tif and, where the "
        "model needs heights, dsm/NAME.tif. Published numbers can stand beside."
    )
    TAGS = ("accuracy", "validation", "score", "confusion matrix", "kappa", "F1", "IoU", "ISPRS")
    JOB_TYPE = EvaluateJob
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {}

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(EvaluateJob)
        for parameter in (*_inputs(make), *_options(make)):
            self.addParameter(parameter)
        self.addParameter(
            make.folder_destination("output", "Folder for the report", optional=False)
        )
        self.addOutput(QgsProcessingOutputHtml("PAGE", tr("Report for people")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report for programs")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job, ready to be repeated")))
        for name, title in SCORES.items():
            self.addOutput(QgsProcessingOutputNumber(key_of(name), tr(title)))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Check the job, then the layers where there are some."""
        job = self._draft(values, is_draft=True)
        card = read_card(job.model)
        if job.problems() or job.dataset != "none":
            return job.problems()
        image = values.required_layer("image")
        unreadable = raster_problems(image, "image")
        if unreadable:
            return unreadable
        given = {role: getattr(job, f"{role}_band") for role in card.image_roles}
        return (
            *grid_problems(image),
            *band_problems(image, given),
            *heights.missing_problems(job, card),
            *heights.height_problems(values, image, context),
        )

    def read_job(self, values: ParameterValues) -> EvaluateJob:
        """Return the job; polygons may have to be written to a file."""
        return self._draft(values, is_draft=False)

    def doubts(self, values: ParameterValues, job: EvaluateJob) -> Tuple[str, ...]:
        """Return what is doubtful about image and heights."""
        return input_doubts(values, job, read_card(job.model))

    def place(
        self, job: EvaluateJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, EvaluateJob]:
        """Settle the folder."""
        folder = named_folder(self, parameters, context) or temporary_folder()
        return parameters, replace(job, output=str(folder))

    def collect(
        self,
        job: EvaluateJob,
        outcome: Outcome,
        parameters: Values,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Values:
        """Return the report and its main numbers."""
        files = {role: outcome.artifacts.get(role) for role in ("page", "report", "job")}
        numbers = {name: outcome.metrics.get(name) for name in SCORES}
        found = {**files, **numbers}
        return {"OUTPUT": job.output, **{key_of(name): value for name, value in found.items()}}

    def _draft(self, values: ParameterValues, *, is_draft: bool) -> EvaluateJob:
        job = EvaluateJob(
            output="." if values.has("output") else "",
            labels=values.either_source("labels", is_draft=is_draft),
            **values.lists(("label_values",)),
            **values.sources(("image", *heights.RASTERS)),
            **values.plain((*BANDS, *PLAIN, *heights.PLAIN)),
        )
        return replace(job, model=model_reference(job.model))


def _inputs(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.folder("model", "Model"),
        make.raster("image", "Image", optional=True),
        make.raster_or_polygons("labels", "True classes"),
        advanced(make.text("class_field", "Field of the class")),
        advanced(make.text("label_values", "Meaning of label values")),
        make.band("nir_band", "Near infrared band", parent="image"),
        make.band("red_band", "Red band", parent="image"),
        make.band("green_band", "Green band", parent="image"),
        *heights.height_parameters(make),
        make.choice("dataset", "Data set"),
        make.folder("root", "Folder of the data set", optional=True),
        make.choice("split", "Scenes of the data set"),
    )


def _options(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.flag("eroded", "Score away from borders first"),
        make.flag("paper", "Show published numbers"),
        advanced(make.flag("release_oa", "Count ignored classes as errors")),
        advanced(make.whole_number("trimap_px", "Reach of the border curve (px)", 0)),
        advanced(make.decimal_number("minimum_building_m2", "Smallest building (m²)", 0.0, 1e6)),
        advanced(make.decimal_number("minimum_car_m2", "Smallest car (m²)", 0.0, 1e6)),
        advanced(make.choice("device", "Device")),
        advanced(make.whole_number("threads", "Processor threads", 0)),
    )
