# SPDX-License-Identifier: GPL-2.0-or-later
"""`orthoscribe:label`: an image, with heights, into a class raster and polygons."""

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
    """Labels an image into land classes."""

    NAME = "label"
    TITLE = "Label image"
    HELP = (
        "Labels every pixel of a near infrared, red, green image as impervious surface, building, "
        "low vegetation, tree, car or clutter, and draws buildings, roads and cars as polygons. "
        "Most models, the default one too, also need a surface model (DSM) of the same place; it "
        "may have any CRS, resolution and extent. Without a terrain model (DTM) the ground is "
        "estimated.\n\n"
        "Name a folder to get everything: classes.tif, polygons.gpkg, job.json (the job, ready to "
        "be repeated) and report.json (areas, timings, versions). Or name single outputs.\n\n"
        "The model is 'default', the name of another installed model, or a model's folder. Leave "
        "bands empty to have them found from names, wavelengths and color interpretation."
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
        "draw_polygons": "follows from which outputs are wanted",
        "band_ranges": "measured by the run and recorded in its job.json",
    }

    def initAlgorithm(self, configuration: Optional[Dict[str, Any]] = None) -> None:
        """Declare parameters and outputs."""
        make = JobParameters(LabelJob)
        for parameter in (*_inputs(make), *_options(make), *_destinations(make)):
            self.addParameter(parameter)
        for name in METRICS:
            self.addOutput(QgsProcessingOutputNumber(key_of(name), tr(_metric_title(name))))
        self.addOutput(QgsProcessingOutputFile("JOB", tr("Job, ready to be repeated")))
        self.addOutput(QgsProcessingOutputFile("REPORT", tr("Report")))

    def problems(self, values: ParameterValues, context: QgsProcessingContext) -> Tuple[str, ...]:
        """Check the layers, then the job itself."""
        image = values.required_layer("image")
        unreadable = raster_problems(image, "image")
        if unreadable:
            return unreadable
        job = self._draft(values)
        card = read_card(job.model)
        given = {role: getattr(job, f"{role}_band") for role in card.image_roles}
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
        """Return the job; polygons that bound its area may have to be written to a file."""
        return replace(self._draft(values), area=values.area("area"))

    def doubts(self, values: ParameterValues, job: LabelJob) -> Tuple[str, ...]:
        """Return what is doubtful about image and heights."""
        return input_doubts(values, job, read_card(job.model))

    def place(
        self, job: LabelJob, parameters: Values, context: QgsProcessingContext
    ) -> Tuple[Values, LabelJob]:
        """Settle destinations: those that were named, the rest in the folder."""
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
        """Return paths and areas; have what QGIS loads styled."""
        run = describe_run(job, outcome)
        for role, asked in (("classes", job.classes), ("confidence", job.confidence)):
            written = outcome.artifacts.get(role, asked)
            load_instead(context, asked, written)
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
        """Return the job as far as it can be told without writing anything."""
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
        """Return the absolute path of a raster destination, empty where it is not wanted."""
        asked = self.parameterAsOutputLayer(parameters, key, context)
        place = _absolute(asked)
        load_instead(context, asked, place)
        return place


def _inputs(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.raster("image", "Image"),
        make.band("nir_band", "Near infrared band", parent="image"),
        make.band("red_band", "Red band", parent="image"),
        make.band("green_band", "Green band", parent="image"),
        *heights.height_parameters(make),
        make.folder("model", "Model"),
        make.extent("extent", "Extent"),
        make.polygons("area", "Only inside these polygons"),
    )


def _options(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        *polygons.minimum_area_parameters(make),
        advanced(make.flag("resample", "Resample to what the model knows")),
        advanced(make.whole_number("tile_size_px", "Tile size (px)", 0)),
        advanced(make.whole_number("halo_px", "Context around a tile (px)", -1)),
        advanced(make.flag("stitch", "Score every pixel (slow)")),
        advanced(make.whole_number("batch_size", "Tiles at once", 1)),
        advanced(make.choice("device", "Device")),
        advanced(make.whole_number("threads", "Processor threads", 0)),
    )


def _destinations(make: JobParameters) -> Tuple[Parameter, ...]:
    return (
        make.folder_destination("output", "Folder for everything", optional=True),
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
