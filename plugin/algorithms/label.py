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
    raster_problems,
)
from ..layers.gsd import gsd_m
from ..layers.results import describe_run
from ..models import model_reference, read_card
from ..protocol import IMAGE_ROLES, ISPRS, LabelJob, Outcome, resolution_problem
from . import heights, polygons
from .base import JobAlgorithm, ParameterMap
from .input_warnings import input_warnings
from .output_folder import fill_destinations, replace_layer_to_load
from .parameters import Parameter, ParameterFactory, advanced, key_of
from .post_processing import style_on_load

if TYPE_CHECKING:
    from .parameter_values import ParameterValues

BANDS = tuple(f"{role}_band" for role in IMAGE_ROLES)
SCALARS = (
    "model", "resample", "tile_size_px", "halo_px", "stitch", "batch_size", "device", "threads",
    "cluster",
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
        "Choose a model from the list, or enter a model folder. Bands that are not set are "
        "detected from names, wavelengths and color interpretation."
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
        "zones": "for jobs in a shell; QGIS has zonal statistics of its own",
        "zone_field": "for jobs in a shell, with zones",
        "band_ranges": "measured during the run and saved in its job.json",
        **polygons.WITHOUT_PARAMETER,
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        factory = ParameterFactory(LabelJob)
        for parameter in (*_inputs(factory), *_options(factory), *_destinations(factory)):
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
        return replace(self._draft(values), area=values.polygon_source("area"))

    def input_warnings(self, values: ParameterValues, job: LabelJob) -> Tuple[str, ...]:
        """Return warnings about model, image and heights."""
        return input_warnings(values, job, read_card(job.model))

    def set_output_files(
        self,
        job: LabelJob,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        folder: Optional[Path],
    ) -> Tuple[ParameterMap, LabelJob]:
        """Set the paths of the outputs: those given, and the output folder for the rest."""
        if folder is not None:
            parameters = fill_destinations(parameters, {"CLASSES": "classes.tif"}, folder)
        return parameters, replace(
            job,
            classes=self._raster_path(parameters, "CLASSES", context),
            confidence=self._raster_path(parameters, "CONFIDENCE", context),
            polygons=_absolute(self.parameterAsFileOutput(parameters, "POLYGONS", context)),
            draw_polygons=folder is not None or polygons.wants_polygons(parameters),
            **polygons.wanted_switches(parameters),
        )

    def output_values(
        self,
        job: LabelJob,
        outcome: Outcome,
        parameters: ParameterMap,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> ParameterMap:
        """Return paths and areas, and schedule the styling of layers that QGIS loads."""
        run = describe_run(job, outcome)
        for role, requested in (("classes", job.classes), ("confidence", job.confidence)):
            written = outcome.artifacts.get(role, requested)
            replace_layer_to_load(context, requested, written)
            style_on_load(context, written, role, run, self._keep_reference)
        artifacts = outcome.artifacts
        return {
            "OUTPUT": job.output,
            "CLASSES": artifacts.get("classes"),
            "CONFIDENCE": artifacts.get("confidence"),
            **polygons.polygon_outputs(
                self,
                parameters,
                context,
                feedback,
                artifacts.get("polygons"),
                run,
                self._keep_reference,
            ),
            "JOB": artifacts.get("job"),
            "REPORT": artifacts.get("report"),
            **{key_of(name): outcome.metrics.get(name) for name in METRICS},
        }

    def _draft(self, values: ParameterValues) -> LabelJob:
        """Return the job without its area, which may have to be written to a file."""
        has_place = any(map(values.has, DESTINATIONS))
        crs = values.required_layer("image").crs()
        job = LabelJob(
            output="." if has_place else "",
            extent=values.extent("extent", crs),
            **values.sources(("image", *heights.RASTERS)),
            **values.scalars((*BANDS, *SCALARS, *heights.SCALARS, *polygons.SCALARS)),
        )
        return replace(job, model=model_reference(job.model))

    def _raster_path(
        self, parameters: ParameterMap, key: str, context: QgsProcessingContext
    ) -> str:
        """Return the absolute path of a raster destination; empty if it is not wanted."""
        requested = self.parameterAsOutputLayer(parameters, key, context)
        place = _absolute(requested)
        replace_layer_to_load(context, requested, place)
        return place


def _inputs(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    return (
        factory.raster("image", "Image"),
        factory.band("nir_band", "Near infrared band (automatic if not set)", parent="image"),
        factory.band("red_band", "Red band (automatic if not set)", parent="image"),
        factory.band("green_band", "Green band (automatic if not set)", parent="image"),
        *heights.height_parameters(factory),
        factory.model("model", "Model"),
        factory.extent("extent", "Extent to label"),
        factory.polygons("area", "Label only inside polygons"),
    )


def _options(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    return (
        *polygons.polygon_parameters(factory),
        advanced(factory.flag("resample", "Resample to the model's resolution")),
        advanced(factory.whole_number("tile_size_px", "Tile size (px)", 0, "Automatic")),
        advanced(factory.whole_number("halo_px", "Tile context (px)", -1, "Automatic")),
        advanced(factory.flag("stitch", "Full-resolution scores (slow)")),
        advanced(factory.whole_number("batch_size", "Batch size (tiles)", 1)),
        advanced(factory.choice("device", "Device")),
        advanced(factory.whole_number("threads", "CPU threads", 0, "All")),
        advanced(factory.text("cluster", "Run on (this computer in one process if not set)")),
    )


def _destinations(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    return (
        factory.folder_destination("output", "Output folder", optional=True),
        factory.raster_destination("classes", "Land cover", by_default=True),
        factory.raster_destination("confidence", "Confidence", by_default=False),
        *polygons.polygon_destinations(factory),
    )


def _metric_title(name: str) -> str:
    if name == "image_gsd_m":
        return "Ground sampling distance of the image (m)"
    return f"Area of {name[: -len('_area_m2')].replace('_', ' ')} (m²)"


def _absolute(path: str) -> str:
    return str(Path(path).absolute()) if path else ""
