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
from ..models import legend_of, title_of
from ..protocol import (
    ISPRS,
    POLYGON_LAYERS,
    Job,
    LabelJob,
    Legend,
    Outcome,
    RasterPath,
    VectorizeJob,
)
from ..styling.attributes import describe_attributes
from ..styling.raster import style_class_layer, style_confidence_layer
from ..styling.vector import style_polygons

if TYPE_CHECKING:
    from qgis.core import QgsLayerMetadata, QgsMapLayer

RUN_ID = "orthoscribe/run_id"
ROLE = "orthoscribe/role"
JOB_FILE = "orthoscribe/job"
IS_PREVIEW = "orthoscribe/is_preview"
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
        model: title of the model; empty if none was used.
        source: name of the image, or of the class raster.
        date: date and time of the run.
        job_file: path of the job file, for repeating the run; empty if it was not saved.
        areas_m2: area by class name.
        run_id: identifier shared by all layers of the run.
        is_preview: whether the run is a preview of the visible map.
    """

    title: str
    legend: Legend
    history: str
    model: str = ""
    source: str = ""
    date: str = ""
    job_file: str = ""
    areas_m2: Dict[str, float] = field(default_factory=dict)
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    is_preview: bool = False


def describe_run(
    job: Job, outcome: Outcome, now: Optional[dt.datetime] = None, *, is_preview: bool = False
) -> RunProperties:
    """Return the properties shared by the layers of a finished run.

    Args:
        job: job of the run.
        outcome: outcome of the run.
        now: time of the run; None for the current time.
        is_preview: whether the run is a preview of the visible map.
    """
    now = now or dt.datetime.now().astimezone()
    source = job.image if isinstance(job, LabelJob) else getattr(job, "classes", "")
    model = title_of(job.model) if isinstance(job, LabelJob) else ""
    whole = tr("Polygons") if isinstance(job, VectorizeJob) else tr("Land cover")
    kind = tr("Preview") if is_preview else whole
    parts = (kind, model, _stem(source), f"{now:%Y-%m-%d %H:%M:%S}")
    return RunProperties(
        title=" · ".join(part for part in parts if part),
        legend=legend_of(job.model) if isinstance(job, LabelJob) else getattr(job, "legend", ISPRS),
        history=_history(job, source, now),
        model=model,
        source=_stem(source),
        date=f"{now:%Y-%m-%d %H:%M}",
        job_file=outcome.artifacts.get("job", ""),
        areas_m2={
            name[: -len(AREA_SUFFIX)]: area_m2
            for name, area_m2 in outcome.metrics.items()
            if name.endswith(AREA_SUFFIX)
        },
        is_preview=is_preview,
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
        # Attributes first, because the named styles are copies of each other.
        describe_attributes(layer, role, run.legend, _origin_fields(run))
        style_polygons(layer, role, run.legend)
    _record_origin(layer, role, run)


def sort_key(role: str) -> int:
    """Return the position of a role in the layer tree; greater is higher, unknown roles on top."""
    roles = [each for each, _ in ROLES]
    return roles.index(role) if role in roles else len(roles)


def _origin_fields(run: RunProperties) -> Dict[str, str]:
    """Return what the attribute table tells about a run, by field."""
    texts = {"model": run.model, "source": run.source, "run_id": run.run_id, "labeled": run.date}
    return {name: text for name, text in texts.items() if text}


def _record_origin(layer: QgsMapLayer, role: str, run: RunProperties) -> None:
    layer.setCustomProperty(RUN_ID, run.run_id)
    layer.setCustomProperty(ROLE, role)
    layer.setCustomProperty(JOB_FILE, run.job_file)
    if run.is_preview:
        layer.setCustomProperty(IS_PREVIEW, True)
    metadata: QgsLayerMetadata = layer.metadata()
    metadata.setTitle(f"{dict(ROLES)[role]} · {run.source}")
    metadata.setAbstract(_abstract(run))
    metadata.addHistoryItem(run.history)
    layer.setMetadata(metadata)


def _abstract(run: RunProperties) -> str:
    """Return a line for each known property of a run."""
    lines = (
        (tr("Image"), run.source),
        (tr("Model"), run.model),
        (tr("Labeled"), run.date),
        (tr("Run"), run.run_id),
        (tr("Job"), run.job_file),
    )
    return "\n".join(f"{title}: {text}" for title, text in lines if text)


def _stem(source: str) -> str:
    """Return the name of a raster: its table in a GeoPackage, else the stem of its file."""
    raster = RasterPath.parse(source)
    return Path(raster.file).stem if raster.file == raster.source else raster.source.split(":")[-1]


def _history(job: Job, source: str, now: dt.datetime) -> str:
    ours = read_metadata()
    model = f" with the model '{job.model}'" if isinstance(job, LabelJob) else ""
    return f"{now.isoformat(timespec='seconds')} {ours.name} {ours.version}: {source}{model}"
