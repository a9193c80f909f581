# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:evaluate`: accuracy of a model on scenes with ground truth."""

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
from .base import JobAlgorithm, ParameterMap
from .input_warnings import input_warnings
from .parameters import Parameter, ParameterFactory, advanced, key_of

if TYPE_CHECKING:
    from .parameter_values import ParameterValues

BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
SCALARS = (
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
    """Algorithm that evaluates a model."""

    NAME = "evaluate"
    TITLE = "Evaluate model"
    HELP = (
        "Labels an image with ground truth, or a whole data set, and reports the accuracy of the "
        "labels. The report contains overall accuracy, F1, IoU and kappa, with and without pixels "
        "near class borders, the confusion matrix, accuracy by distance from a border, the "
        "detection rate of buildings and cars, and maps of ground truth, labels and errors. It "
        "opens in the results viewer. The same numbers are in report.json beside it.\n\n"
        "The ground truth is a raster with the codes or the colors of the legend, or polygons with "
        "a field for the code or the name of their class. For other values, set Classes of label "
        "values, as 6=building,5=tree. Use areas that the model was not trained on, because "
        "scores on training areas are too high.\n\n"
        "A data set is one of the ISPRS data sets Vaihingen and Potsdam in its official folder, "
        "split as in Maggiori et al., or a folder with images/NAME.tif, labels/NAME.tif and, if "
        "the model needs heights, dsm/NAME.tif. Published results can be shown for comparison."
    )
    TAGS = ("accuracy", "validation", "score", "confusion matrix", "kappa", "F1", "IoU", "ISPRS")
    JOB_TYPE = EvaluateJob
    ARTIFACTS = ("page", "report", "job")
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {}

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        factory = ParameterFactory(EvaluateJob)
        for parameter in (*_inputs(factory), *_options(factory)):
            self.addParameter(parameter)
        self.addParameter(factory.folder_destination("output", "Output folder", optional=False))
        self.addOutput(QgsProcessingOutputHtml("PAGE", tr("Report (HTML)")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report (JSON)")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job (JSON)")))
        for name, title in SCORES.items():
            self.addOutput(QgsProcessingOutputNumber(key_of(name), tr(title)))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the job, then of the layers unless a data set is used."""
        job = self._draft(values, is_draft=True)
        card = read_card(job.model)
        if job.problems() or job.dataset != "none":
            return job.problems()
        image = values.required_layer("image")
        unreadable = raster_problems(image, "image")
        if unreadable:
            return unreadable
        given = job.given_bands(card.image_roles)
        return (
            *grid_problems(image),
            *band_problems(image, given),
            *heights.missing_problems(job, card),
            *heights.height_problems(values, image, context),
        )

    def read_job(self, values: ParameterValues) -> EvaluateJob:
        """Return the job; writes polygons to a temporary file if needed."""
        return self._draft(values, is_draft=False)

    def input_warnings(self, values: ParameterValues, job: EvaluateJob) -> Tuple[str, ...]:
        """Return warnings about image and heights."""
        return input_warnings(values, job, read_card(job.model))

    def output_values(
        self,
        job: EvaluateJob,
        outcome: Outcome,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> ParameterMap:
        """Return the paths of report and job, and the main scores."""
        files = super().output_values(job, outcome, parameters, context, feedback)
        return {**files, **{key_of(name): outcome.metrics.get(name) for name in SCORES}}

    def _draft(self, values: ParameterValues, *, is_draft: bool) -> EvaluateJob:
        job = EvaluateJob(
            output="." if values.has("output") else "",
            labels=values.raster_or_vector_source("labels", is_draft=is_draft),
            **values.lists(("label_values",)),
            **values.sources(("image", *heights.RASTERS)),
            **values.scalars((*BANDS, *SCALARS, *heights.SCALARS)),
        )
        return replace(job, model=model_reference(job.model))


def _inputs(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    return (
        factory.model("model", "Model"),
        factory.raster("image", "Image", optional=True),
        factory.raster_or_polygons("labels", "Ground truth"),
        factory.class_field("class_field", "Class field (automatic if not set)", parent="labels"),
        advanced(factory.text("label_values", "Classes of label values")),
        factory.band("nir_band", "Near infrared band (automatic if not set)", parent="image"),
        factory.band("red_band", "Red band (automatic if not set)", parent="image"),
        factory.band("green_band", "Green band (automatic if not set)", parent="image"),
        *heights.height_parameters(factory),
        advanced(factory.choice("dataset", "Data set instead of an image")),
        advanced(factory.folder("root", "Folder of the data set", optional=True)),
        advanced(factory.choice("split", "Scenes of the data set")),
    )


def _options(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    return (
        factory.flag("eroded", "Report scores without class borders first"),
        factory.flag("paper", "Show published results"),
        advanced(factory.flag("release_oa", "Count ignored classes as errors")),
        advanced(factory.whole_number("trimap_px", "Trimap distance (px)", 0, "No curve")),
        advanced(
            factory.decimal_number("minimum_building_m2", "Minimum building area (m²)", 0.0, 1e6)
        ),
        advanced(factory.decimal_number("minimum_car_m2", "Minimum car area (m²)", 0.0, 1e6)),
        advanced(factory.choice("device", "Device")),
        advanced(factory.whole_number("threads", "CPU threads", 0, "All")),
    )
