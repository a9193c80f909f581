# SPDX-License-Identifier: GPL-2.0-or-later
"""Titles, styles and custom properties of the layers of a run.

Both Processing and the dock style their result layers here. Main thread only.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Dict, Optional, Tuple

from ..i18n import tr
from ..metadata import read_metadata
from ..models import legend_of
from ..protocol import ISPRS, POLYGON_LAYERS, Job, LabelJob, Legend, Outcome, RasterPath
from ..styling.raster import style_class_layer, style_confidence_layer
from ..styling.vector import style_polygons

if TYPE_CHECKING:
    from qgis.core import QgsLayerMetadata, QgsMapLayer

RUN_ID = "orthoscribe/run_id"
ROLE = "orthoscribe/role"
JOB_FILE = "orthoscribe/job"
AREA_SUFFIX = "_area_m2"

# Small objects above large ones, so that none is hidden.
_BOTTOM_FIRST = (
    "land_cover", "paved", "roads", "buildings", "road_centerlines", "cars", "car_points",
)  # fmt: skip
_STACKED = sorted(POLYGON_LAYERS, key=lambda layer: _BOTTOM_FIRST.index(layer.name))
POLYGON_ROLES = tuple(layer.name for layer in _STACKED)
# Role and title of each layer, bottom of the layer tree first.
ROLES: Tuple[Tuple[str, str], ...] = (
    ("confidence", "Confidence"),
    ("classes", "Land cover"),
    *((layer.name, layer.title) for layer in _STACKED),
)


@dataclass(frozen=True)
class RunProperties:
    """Properties shared by the layers of one run.

    Args:
        title: title of their group in the layer tree.
        legend: legend of the class raster.
        history: line for the history in the layers' metadata.
        job_file: path of the job file, for repeating the run; empty if it was not saved.
        areas_m2: area by class name.
        run_id: identifier shared by all layers of the run.
    """

    title: str
    legend: Legend
    history: str
    job_file: str = ""
    areas_m2: Dict[str, float] = field(default_factory=dict)
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex)


def describe_run(job: Job, outcome: Outcome, now: Optional[dt.datetime] = None) -> RunProperties:
    """Return the properties shared by the layers of a finished run."""
    now = now or dt.datetime.now().astimezone()
    source = job.image if isinstance(job, LabelJob) else getattr(job, "classes", "")
    legend = legend_of(job.model) if isinstance(job, LabelJob) else getattr(job, "legend", ISPRS)
    parts = (tr("Land cover"), _model_title(job), _stem(source), f"{now:%Y-%m-%d %H:%M:%S}")
    return RunProperties(
        title=" · ".join(part for part in parts if part),
        legend=legend,
        history=_history(job, source, now),
        job_file=outcome.artifacts.get("job", ""),
        areas_m2={
            name[: -len(AREA_SUFFIX)]: area_m2
            for name, area_m2 in outcome.metrics.items()
            if name.endswith(AREA_SUFFIX)
        },
    )


def style_result(layer: QgsMapLayer, role: str, run: RunProperties) -> None:
    """Style a result layer and record its origin.

    Raises:
        KeyError: if no result has this role.
    """
    if role == "classes":
        style_class_layer(layer, run.legend, run.areas_m2)
    elif role == "confidence":
        style_confidence_layer(layer)
    else:
        style_polygons(layer, role, run.legend)
    _record_origin(layer, role, run)


def sort_key(role: str) -> int:
    """Return the position of a role in the layer tree; greater is higher."""
    return [each for each, _ in ROLES].index(role)


def _record_origin(layer: QgsMapLayer, role: str, run: RunProperties) -> None:
    layer.setCustomProperty(RUN_ID, run.run_id)
    layer.setCustomProperty(ROLE, role)
    layer.setCustomProperty(JOB_FILE, run.job_file)
    metadata: QgsLayerMetadata = layer.metadata()
    metadata.addHistoryItem(run.history)
    layer.setMetadata(metadata)


def _model_title(job: Job) -> str:
    return Path(job.model).name if isinstance(job, LabelJob) else ""


def _stem(source: str) -> str:
    """Return the name of a raster: its table in a GeoPackage, else the stem of its file."""
    raster = RasterPath.parse(source)
    return Path(raster.file).stem if raster.file == raster.source else raster.source.split(":")[-1]


def _history(job: Job, source: str, now: dt.datetime) -> str:
    ours = read_metadata()
    model = f" with the model '{job.model}'" if isinstance(job, LabelJob) else ""
    return f"{now.isoformat(timespec='seconds')} {ours.name} {ours.version}: {source}{model}"
