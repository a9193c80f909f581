# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:makescene`: generates a synthetic scene with ground truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputVectorLayer,
)

from ..i18n import tr
from ..protocol import SceneJob
from .base import JobAlgorithm
from .parameters import Parameter, ParameterFactory, advanced, key_of

if TYPE_CHECKING:
    from .parameter_values import ParameterValues

RASTERS = {
    "image": "Image (NIR, red, green)",
    "dsm": "Surface model (DSM)",
    "dtm": "Terrain model (DTM)",
    "labels": "Ground truth",
}
SCALARS = (
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
    ARTIFACTS = (*RASTERS, "annotations")
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {}

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        factory = ParameterFactory(SceneJob)
        self.addParameter(factory.whole_number("seed", "Random seed", 0))
        self.addParameter(factory.whole_number("size_px", "Size (px)", 64))
        self.addParameter(factory.whole_number("width_px", "Width (px)", 0, "As the size"))
        self.addParameter(factory.whole_number("height_px", "Height (px)", 0, "As the size"))
        self.addParameter(
            factory.decimal_number("gsd_m", "Ground sampling distance (m)", 0.02, 2.0)
        )
        self.addParameter(factory.choice("land", "Landscape"))
        self.addParameter(factory.choice("survey", "Height survey"))
        for parameter in _flaws(factory):
            self.addParameter(advanced(parameter))
        self.addParameter(factory.folder_destination("output", "Output folder", optional=False))
        for role, title in RASTERS.items():
            self.addOutput(QgsProcessingOutputRasterLayer(key_of(role), tr(title)))
        self.addOutput(QgsProcessingOutputVectorLayer("ANNOTATIONS", tr("Annotations")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the job."""
        return self.read_job(values).problems()

    def read_job(self, values: ParameterValues) -> SceneJob:
        """Return the job with a placeholder for its folder."""
        output = "." if values.has("output") else ""
        return SceneJob(output=output, **values.scalars(SCALARS))


def _flaws(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    """Return the parameters of the sensor and of mismatches between image, heights and labels."""
    return (
        factory.whole_number("bit_depth", "Bit depth of the image (8 or 16)", 8),
        factory.flag("with_flaws", "Add random flaws, as for training"),
        factory.decimal_number("lean", "Relief displacement (m per m of height)", 0.0, 1.0),
        factory.decimal_number("shift_m", "Image shift (m)", 0.0, 20.0),
        factory.decimal_number("outdated_fraction", "Objects missing in the DSM (share)", 0.0, 1.0),
        factory.decimal_number("moved_cars", "Cars missing in the DSM (share)", 0.0, 1.0),
        factory.decimal_number("label_noise_m", "Label border noise (m)", 0.0, 20.0),
    )
