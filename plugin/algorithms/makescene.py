# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:makescene`: generates a synthetic scene with ground truth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputVectorLayer,
)

from ..i18n import tr
from ..protocol import Outcome, SceneJob
from .base import JobAlgorithm, Values
from .parameters import JobParameters, Parameter, advanced, key_of
from .places import named_folder, temporary_folder

if TYPE_CHECKING:
    from .values import ParameterValues

RASTERS = {
    "image": "Image (NIR, red, green)",
    "dsm": "Surface model (DSM)",
    "dtm": "Terrain model (DTM)",
    "labels": "Ground truth",
}
PLAIN = (
    "seed", "size_px", "width_px", "height_px", "gsd_m", "land", "survey", "bit_depth",
    "with_flaws", "lean", "shift_m", "outdated_fraction", "moved_cars", "label_noise_m",
)  # fmt: skip


class MakeScene(JobAlgorithm):
    """Algorithm that generates a synthetic scene."""

    NAME = "makescene"
    TITLE = "Make scene"
    HELP = (
        "Generates a synthetic, georeferenced scene of a town or of open country, with a near "
        "infrared, red, green image, surface and terrain models, ground truth and annotations. "
        "The same seed gives the same scene. Use it to try Label image, or as an example of "
        "annotations. The advanced settings add flaws of real surveys, such as relief "
        "displacement, shifted images, outdated heights and inaccurate label borders."
    )
    TAGS = ("synthetic", "demo", "test", "example")
    JOB_TYPE = SceneJob
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {}

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(SceneJob)
        self.addParameter(make.whole_number("seed", "Random seed", 0))
        self.addParameter(make.whole_number("size_px", "Size (px)", 64))
        self.addParameter(make.whole_number("width_px", "Width (px, 0 for the size)", 0))
        self.addParameter(make.whole_number("height_px", "Height (px, 0 for the size)", 0))
        self.addParameter(make.decimal_number("gsd_m", "Ground sampling distance (m)", 0.02, 2.0))
        self.addParameter(make.choice("land", "Landscape"))
        self.addParameter(make.choice("survey", "Height survey"))
        for parameter in _flaws(make):
            self.addParameter(advanced(parameter))
        self.addParameter(make.folder_destination("output", "Output folder", optional=False))
        for role, title in RASTERS.items():
            self.addOutput(QgsProcessingOutputRasterLayer(key_of(role), tr(title)))
        self.addOutput(QgsProcessingOutputVectorLayer("ANNOTATIONS", tr("Annotations")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the job."""
        return self.read_job(values).problems()

    def read_job(self, values: ParameterValues) -> SceneJob:
        """Return the job with a placeholder for its folder."""
        output = "." if values.has("output") else ""
        return SceneJob(output=output, **values.plain(PLAIN))

    def place(
        self, job: SceneJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, SceneJob]:
        """Set the output folder of the job."""
        folder = named_folder(self, parameters, context) or temporary_folder()
        return parameters, replace(job, output=str(folder))

    def collect(
        self,
        job: SceneJob,
        outcome: Outcome,
        parameters: Values,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Values:
        """Return the paths of the scene's files."""
        roles = (*RASTERS, "annotations")
        files = {key_of(role): outcome.artifacts.get(role) for role in roles}
        return {"OUTPUT": job.output, **files}


def _flaws(make: JobParameters) -> Tuple[Parameter, ...]:
    """Return the parameters of the sensor and of mismatches between image, heights and labels."""
    return (
        make.whole_number("bit_depth", "Bit depth of the image (8 or 16)", 8),
        make.flag("with_flaws", "Add random flaws, as for training"),
        make.decimal_number("lean", "Relief displacement (m per m of height)", 0.0, 1.0),
        make.decimal_number("shift_m", "Image shift (m)", 0.0, 20.0),
        make.decimal_number("outdated_fraction", "Objects missing in the DSM (share)", 0.0, 1.0),
        make.decimal_number("moved_cars", "Cars missing in the DSM (share)", 0.0, 1.0),
        make.decimal_number("label_noise_m", "Label border noise (m)", 0.0, 20.0),
    )
