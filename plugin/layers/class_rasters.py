# SPDX-License-Identifier: GPL-2.0-or-later
"""Class rasters of the project, and the label job that made each of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, List, Optional

from qgis.core import Qgis, QgsRasterLayer

from ..protocol import LabelJob, OrthoscribeError, job_from_json
from .inputs import file_and_layer
from .results import JOB_FILE, ROLE

if TYPE_CHECKING:
    from qgis.core import QgsProject

CLASSES = "classes"
JOB_NAME = "job.json"
MAX_BANDS = 2  # codes and an alpha band


def other_rasters(project: QgsProject) -> List[QgsRasterLayer]:
    """Return the raster layers that cannot hold class codes, which are bytes in one band."""
    rasters = (each for each in project.mapLayers().values() if isinstance(each, QgsRasterLayer))
    return [layer for layer in rasters if not _may_hold_codes(layer)]


def newest_class_raster(project: QgsProject) -> Optional[QgsRasterLayer]:
    """Return the class raster of the last run, which is the topmost one; None without one."""
    for node in project.layerTreeRoot().findLayers():
        layer = node.layer()
        if layer is not None and layer.customProperty(ROLE) == CLASSES and layer.isValid():
            return layer
    return None


def label_job_of(layer: QgsRasterLayer) -> Optional[LabelJob]:
    """Return the job that made a class raster, from its record; None if it is unknown."""
    file, _ = file_and_layer(layer)
    for record in (str(layer.customProperty(JOB_FILE) or ""), str(Path(file).parent / JOB_NAME)):
        job = _read_job(record)
        if job is not None and Path(job.classes).name == Path(file).name:
            return job
    return None


def _may_hold_codes(layer: QgsRasterLayer) -> bool:
    if not layer.isValid() or layer.providerType() != "gdal":
        return False
    return layer.bandCount() <= MAX_BANDS and layer.dataProvider().dataType(1) == Qgis.DataType.Byte


def _read_job(record: str) -> Optional[LabelJob]:
    if not record:
        return None
    try:
        job = job_from_json(Path(record).read_text(encoding="utf-8"))
    except (OSError, ValueError, OrthoscribeError):
        return None
    return job if isinstance(job, LabelJob) else None
