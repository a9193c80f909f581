# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:label`: classifies an image, with heights, into a class raster and polygons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Dict, Optional, Tuple

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
)

from ..i18n import tr
from ..layers.checks import (
    band_problems,
    extent_problems,
    grid_problems,
    layer_crs,
    raster_problems,
)
from ..layers.ground import gsd_m
from ..layers.results import describe_run
from ..models import model_reference, read_card
from ..protocol import IMAGE_ROLES, ISPRS, LabelJob, Outcome, resolution_problem
from . import heights, polygons
from .base import JobAlgorithm, Values
from .doubts import input_doubts
from .dressing import dress_on_load
from .parameters import JobParameters, Parameter, advanced, key_of
from .places import load_instead, move_into_folder, named_folder, temporary_folder

if TYPE_CHECKING:
    from .values import ParameterValues

BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
PLAIN = (
    "model", "resample", "tile_size_px", "halo_px", "stitch", "batch_size", "device", "threads",
)  # fmt: skip
DESTINATIONS = ("output", "classes", "confidence", "polygons", *polygons.POLYGON_ROLES)
METRICS = (*(f"{land_class.name}_area_m2" for land_class in ISPRS.classes), "image_gsd_m")


class LabelImage(JobAlgorithm):
    """Algorithm that labels an image with land classes."""

    NAME = "label"
    TITLE = "Label image"
    HELP = (
        "Labels each pixel of a near infrared, red, green image as impervious surface, building, "
        "low vegetation, tree, car or clutter, and vectorizes buildings, roads and cars. Most "
        "models, including the default one, also need a surface model (DSM) of the same area, in "
        "any CRS, resolution and extent. Without a terrain model (DTM), the ground is estimated "
        "from the surface model.\n\n"
        "Choose an output folder to save all results, which are classes.tif, polygons.gpkg, "
        "job.json (for repeating the run) and report.json (areas, timings and versions), or "
        "choose single outputs.\n\n"
        "The model is 'default', the name of another installed model, or a model folder. Bands "
        "that are not set are detected from names, wavelengths and color interpretation."
    )
    TAGS = ("land cover", "segmentation", "classification", "deep learning", "buildings", "roads")
    JOB_TYPE = LabelJob
    FOLDER_FILES: ClassVar[Dict[str, str]] = {
        "CLASSES": "classes.tif",
        "POLYGONS": "polygons.gpkg",
        "JOB": "job.json",
        "REPORT": "report.json",
    }
    WITHOUT_PARAMETER: ClassVar[Dict[str, str]] = {
        "draw_polygons": "set if an output with polygons is wanted",
        "band_ranges": "measured during the run and saved in its job.json",
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(LabelJob)
        for parameter in (*_inputs(make), *_options(make), *_destinations(make)):
            self.addParameter(parameter)
        for name in METRICS:
            self.addOutput(QgsProcessingOutputNumber(key_of(name), tr(_metric_title(name))))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job (JSON)")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report (JSON)")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Return problems of the layers, the job and the destinations."""
        image = values.required_layer("image")
        unreadable = raster_problems(image, "image")
        if unreadable:
            return unreadable
        job = self._draft(values)
        card = read_card(job.model)
        given = job.given_bands(card.image_roles)
        own = job.problems()
        too_coarse = resolution_problem(gsd_m(image), card)
        return (
            *grid_problems(image),
            *((too_coarse,) if too_coarse else ()),
            *(own or (*band_problems(image, given), *heights.missing_problems(job, card))),
            *heights.height_problems(values, image, context),
            *extent_problems(image, job.extent),
            *values.destination_problems(("classes", "confidence")),
        )

    def read_job(self, values: ParameterValues) -> LabelJob:
        """Return the job; writes the polygons of its area to a temporary file if needed."""
        return replace(self._draft(values), area=values.area("area"))

    def doubts(self, values: ParameterValues, job: LabelJob) -> Tuple[str, ...]:
        """Return warnings about model, image and heights."""
        return input_doubts(values, job, read_card(job.model))

    def place(
        self, job: LabelJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, LabelJob]:
        """Set the paths of the outputs: those given, and the output folder for the rest."""
        named = named_folder(self, parameters, context)
        if named is not None:
            parameters = move_into_folder(parameters, {"CLASSES": "classes.tif"}, named)
        placed = replace(
            job,
            output=str(named or temporary_folder()),
            classes=self._raster_place(parameters, "CLASSES", context),
            confidence=self._raster_place(parameters, "CONFIDENCE", context),
            polygons=_absolute(self.parameterAsFileOutput(parameters, "POLYGONS", context)),
            draw_polygons=named is not None or polygons.wants_polygons(parameters),
        )
        return parameters, placed

    def collect(
        self,
        job: LabelJob,
        outcome: Outcome,
        parameters: Values,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Values:
        """Return paths and areas, and schedule the styling of layers that QGIS loads."""
        run = describe_run(job, outcome)
        for role, requested in (("classes", job.classes), ("confidence", job.confidence)):
            written = outcome.artifacts.get(role, requested)
            load_instead(context, requested, written)
            dress_on_load(context, written, role, run, self._keep)
        artifacts = outcome.artifacts
        return {
            "OUTPUT": job.output,
            "CLASSES": artifacts.get("classes"),
            "CONFIDENCE": artifacts.get("confidence"),
            **polygons.deliver_polygons(
                self, parameters, context, feedback, artifacts.get("polygons"), run, self._keep
            ),
            "JOB": artifacts.get("job"),
            "REPORT": artifacts.get("report"),
            **{key_of(name): outcome.metrics.get(name) for name in METRICS},
        }

    def _draft(self, values: ParameterValues) -> LabelJob:
        """Return the job without its area, which may have to be written to a file."""
        has_place = any(map(values.has, DESTINATIONS))
        crs = layer_crs(values.required_layer("image"))
        job = LabelJob(
            output="." if has_place else "",
            extent=values.extent("extent", crs),
            **values.sources(("image", *heights.RASTERS)),
            **values.plain((*BANDS, *PLAIN, *heights.PLAIN, *polygons.PLAIN)),
        )
        return replace(job, model=model_reference(job.model))

    def _raster_place(self, parameters: Values, key: str, context: QgsProcessingContext) -> str:
        """Return the absolute path of a raster destination; empty if it is not wanted."""
        requested = self.parameterAsOutputLayer(parameters, key, context)
        place = _absolute(requested)
        load_instead(context, requested, place)
        return place


def _inputs(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.raster("image", "Image"),
        make.band("nir_band", "Near infrared band (automatic if not set)", parent="image"),
        make.band("red_band", "Red band (automatic if not set)", parent="image"),
        make.band("green_band", "Green band (automatic if not set)", parent="image"),
        *heights.height_parameters(make),
        make.folder("model", "Model"),
        make.extent("extent", "Extent to label"),
        make.polygons("area", "Label only inside polygons"),
    )


def _options(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        *polygons.minimum_area_parameters(make),
        advanced(make.flag("resample", "Resample to the model's resolution")),
        advanced(make.whole_number("tile_size_px", "Tile size (px, 0 for automatic)", 0)),
        advanced(make.whole_number("halo_px", "Tile context (px, -1 for automatic)", -1)),
        advanced(make.flag("stitch", "Full-resolution scores (slow)")),
        advanced(make.whole_number("batch_size", "Batch size (tiles)", 1)),
        advanced(make.choice("device", "Device")),
        advanced(make.whole_number("threads", "CPU threads (0 for all)", 0)),
    )


def _destinations(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.folder_destination("output", "Output folder", optional=True),
        make.raster_destination("classes", "Land cover", by_default=True),
        make.raster_destination("confidence", "Confidence", by_default=False),
        *polygons.polygon_destinations(make),
    )


def _metric_title(name: str) -> str:
    if name == "image_gsd_m":
        return "Ground sampling distance of the image (m)"
    return f"Area of {name[: -len('_area_m2')].replace('_', ' ')} (m²)"


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if path else ""
