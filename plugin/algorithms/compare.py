# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:compare`: compares architectures and models on one scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import QgsProcessingContext, QgsProcessingOutputFile

from ..i18n import tr
from ..layers.checks import band_problems, grid_problems, raster_problems
from ..models import model_reference
from ..protocol import IMAGE_ROLES, CompareJob
from . import heights
from .base import JobAlgorithm
from .input_warnings import input_warnings
from .parameters import Parameter, ParameterFactory, advanced

if TYPE_CHECKING:
    from .parameter_values import ParameterValues

BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
SCALARS = (
    "class_field", "test_fraction", "steps", "patches", "patch_px", "learning_rate", "width",
    "seed", "device", "threads",
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
    ARTIFACTS = ("table", "report", "job")
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {}

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        factory = ParameterFactory(CompareJob)
        for parameter in (*_inputs(factory), *_options(factory)):
            self.addParameter(parameter)
        self.addParameter(factory.folder_destination("output", "Output folder", optional=False))
        self.addOutput(QgsProcessingOutputFile("TABLE", tr("Table (CSV)")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report (JSON)")))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job (JSON)")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the layers, then of the job."""
        image = values.required_layer("image")
        unreadable = raster_problems(image, "image")
        if unreadable:
            return unreadable
        job = self._draft(values, is_draft=True)
        given = job.given_bands()
        return (
            *grid_problems(image),
            *(job.problems() or band_problems(image, given)),
            *heights.height_problems(values, image, context),
        )

    def read_job(self, values: ParameterValues) -> CompareJob:
        """Return the job; writes polygons to a temporary file if needed."""
        return self._draft(values, is_draft=False)

    def input_warnings(self, values: ParameterValues, job: CompareJob) -> Tuple[str, ...]:
        """Return warnings about image and heights."""
        return input_warnings(values, job)

    def _draft(self, values: ParameterValues, *, is_draft: bool) -> CompareJob:
        lists = values.lists(LISTS)
        lists["architectures"] = tuple(map(model_reference, lists.get("architectures", ())))
        return CompareJob(
            output="." if values.has("output") else "",
            labels=values.raster_or_vector_source("labels", is_draft=is_draft),
            **lists,
            **values.sources(("image", *heights.RASTERS)),
            **values.scalars((*BANDS, *SCALARS, *heights.SCALARS)),
        )


def _inputs(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    return (
        factory.raster("image", "Image"),
        factory.raster_or_polygons("labels", "Ground truth", optional=False),
        factory.class_field("class_field", "Class field (automatic if not set)", parent="labels"),
        advanced(factory.text("label_values", "Classes of label values")),
        factory.networks("architectures", "Architectures and models, comma-separated"),
        factory.band("nir_band", "Near infrared band (automatic if not set)", parent="image"),
        factory.band("red_band", "Red band (automatic if not set)", parent="image"),
        factory.band("green_band", "Green band (automatic if not set)", parent="image"),
        *heights.height_parameters(factory),
        factory.decimal_number("test_fraction", "Fraction held out for testing", 0.05, 0.9),
        factory.whole_number("steps", "Training steps", 1),
    )


def _options(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    return (
        advanced(factory.whole_number("patches", "Batch size (patches)", 2)),
        advanced(factory.whole_number("patch_px", "Patch size (px)", 32)),
        advanced(factory.decimal_number("learning_rate", "Peak learning rate", 1e-7, 1.0)),
        advanced(factory.choice("width", "Network width")),
        advanced(factory.whole_number("seed", "Random seed", 0)),
        advanced(factory.choice("device", "Device")),
        advanced(factory.whole_number("threads", "CPU threads", 0, "All")),
    )
