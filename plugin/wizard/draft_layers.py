# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of the project that a draft is about. Main thread only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

from qgis.core import QgsProcessingContext, QgsRasterLayer, QgsVectorLayer

from ..layers.bands import initial_bands
from ..layers.class_rasters import CLASSES, label_job_of, newest_class_raster
from ..layers.inputs import area_source, raster_source
from ..layers.remarks import chosen_bands
from ..layers.results import ROLE, RUN_ID
from ..models import legend_of
from ..protocol import IMAGE_ROLES, InputError
from .draft import FinetuneDraft, draft_from_job

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ..protocol import Legend


@dataclass(frozen=True)
class BaseResult:
    """Result that is corrected.

    Args:
        classes: class raster of the run.
        confidence: path of the run's confidence raster; empty without one.
        run_id: identifier of the run.
        legend: legend of the class raster.
    """

    classes: QgsRasterLayer
    confidence: str
    run_id: str
    legend: Legend


def raster_of(source: str, project: QgsProject) -> Optional[QgsRasterLayer]:
    """Return the layer of the project with this path for the engine; None without one."""
    return next((each for each in _rasters(project) if _source(each) == source), None)


def image_of(draft: FinetuneDraft, project: QgsProject) -> Optional[QgsRasterLayer]:
    """Return the image layer of a draft; None if it is not in the project."""
    layer = project.mapLayer(draft.image_layer)
    if isinstance(layer, QgsRasterLayer) and _source(layer) == draft.image:
        return layer
    return raster_of(draft.image, project) if draft.image else None


def labels_of(draft: FinetuneDraft, project: QgsProject) -> Optional[QgsVectorLayer]:
    """Return the layer with the drawn polygons of a draft; None if it is not in the project."""
    layer = project.mapLayer(draft.labels_layer)
    return layer if isinstance(layer, QgsVectorLayer) and layer.isValid() else None


def check_saved(draft: FinetuneDraft, project: QgsProject) -> None:
    """Check that all drawn polygons are in their file.

    Raises:
        InputError: if the layer has edits that are not saved.
    """
    layer = labels_of(draft, project)
    if layer is not None and layer.isModified():
        raise InputError(
            f"The layer '{layer.name()}' has edits that are not saved, and only saved ones are "
            "learned: save them in step 2."
        )


def labels_source(layer: QgsVectorLayer, project: QgsProject) -> str:
    """Return a file with exactly the polygons of a layer.

    Raises:
        InputError: if the layer cannot be read.
    """
    context = QgsProcessingContext()
    context.setTransformContext(project.transformContext())
    return area_source(layer, context)


def draft_of_newest_result(project: QgsProject) -> Optional[FinetuneDraft]:
    """Return a first draft for the newest result in the project; None without one."""
    classes = newest_class_raster(project)
    job = label_job_of(classes) if classes is not None else None
    return draft_from_job(job) if job is not None else None


def base_of(draft: FinetuneDraft, project: QgsProject) -> Optional[BaseResult]:
    """Return the newest result of the draft's image in the project; None without one."""
    for node in project.layerTreeRoot().findLayers():
        layer = node.layer()
        if layer is None or layer.customProperty(ROLE) != CLASSES or not layer.isValid():
            continue
        job = label_job_of(layer)
        if job is not None and job.image == draft.image:
            run_id = str(layer.customProperty(RUN_ID) or "")
            return BaseResult(layer, job.confidence, run_id, legend_of(job.model))
    return None


def scene_values(
    image: Optional[QgsRasterLayer],
    dsm: Optional[QgsRasterLayer],
    dtm: Optional[QgsRasterLayer],
    heights: str,
) -> Dict[str, Any]:
    """Return the fields of a draft for chosen layers; a layer that cannot be read counts as none.

    Args:
        image: image layer.
        dsm: heights layer.
        dtm: terrain layer, used only with heights `dsm+dtm`.
        heights: one of `HEIGHT_KINDS`.
    """
    bands = dict.fromkeys(IMAGE_ROLES, 0)
    if image is not None and _source(image):
        bands = dict(chosen_bands(image, IMAGE_ROLES, dict(zip(IMAGE_ROLES, initial_bands(image)))))
    return {
        "image": _source(image),
        "image_layer": image.id() if image is not None else "",
        **{f"{role}_band": number for role, number in bands.items()},
        "dsm": _source(dsm),
        "dtm": _source(dtm) if heights == "dsm+dtm" else "",
        "heights": heights if dsm is not None else "auto",
    }


def _rasters(project: QgsProject) -> Iterator[QgsRasterLayer]:
    for layer in project.mapLayers().values():
        if isinstance(layer, QgsRasterLayer):
            yield layer


def _source(layer: Optional[QgsRasterLayer]) -> str:
    try:
        return raster_source(layer) if layer is not None else ""
    except InputError:
        return ""
