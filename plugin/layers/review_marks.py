# SPDX-License-Identifier: GPL-2.0-or-later
"""Judgments of a review: each becomes a polygon of the corrections, and a mark on the result.

*Right* keeps the class and marks the polygon as reviewed, so a later run keeps it. *Wrong* has no
class yet, which the checks of drawn polygons point out. Main thread only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, List, Optional

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsVectorLayer,
    QgsVectorLayerUtils,
    QgsWkbTypes,
)

from ..i18n import tr
from ..models import legend_of
from ..protocol import ISPRS, LabelJob, Legend, OrthoscribeError, OutputError, job_from_json
from .corrections import (
    CLASS_FIELD,
    corrections_file,
    create_corrections,
    is_corrections,
    open_corrections,
)
from .kept_polygons import REVIEWED, STATUS
from .results import JOB_FILE

if TYPE_CHECKING:
    from qgis.core import QgsProject


def project_corrections(project: QgsProject) -> Optional[QgsVectorLayer]:
    """Return the topmost layer of corrections in the project; None without one."""
    for node in project.layerTreeRoot().findLayers():
        layer = node.layer()
        if isinstance(layer, QgsVectorLayer) and layer.isValid() and is_corrections(layer):
            return layer
    return None


def corrections_for(
    result: QgsVectorLayer, project: QgsProject, folder: Optional[Path] = None
) -> Optional[QgsVectorLayer]:
    """Return the layer for corrections of a result, created beside it if the project has none.

    Args:
        result: layer of the result.
        project: project that gets the layer.
        folder: folder for the file; None: beside the result.

    Returns:
        The layer; None if the result is temporary and no folder is given.

    Raises:
        OutputError: if the file cannot be written.
    """
    layer = project_corrections(project)
    if layer is not None:
        return layer
    wanted = corrections_file([result], project)
    if folder is not None:
        wanted = folder / "corrections.gpkg"
    if wanted is None:
        return None
    path = create_corrections(wanted, result.crs())
    return open_corrections(path, result_legend(result), project)


def result_legend(layer: QgsVectorLayer) -> Legend:
    """Return the legend of the run that made a layer; the ISPRS legend if it is unknown."""
    try:
        text = Path(str(layer.customProperty(JOB_FILE) or "")).read_text(encoding="utf-8")
        job = job_from_json(text)
    except (OSError, ValueError, OrthoscribeError):
        return ISPRS
    if isinstance(job, LabelJob):
        return legend_of(job.model)
    return getattr(job, "legend", ISPRS)


def can_be_judged(layer: QgsVectorLayer) -> bool:
    """Return whether the features of a layer can become corrections: they are polygons."""
    return bool(layer.geometryType() == QgsWkbTypes.GeometryType.PolygonGeometry)


def code_of(feature: QgsFeature, legend: Legend) -> Optional[int]:
    """Return the code of the class of a result's feature; None if the legend lacks it."""
    name = str(feature[CLASS_FIELD]) if CLASS_FIELD in feature.fields().names() else ""
    return legend.named(name).code if legend.has(name) else None


def judge(
    feature: QgsFeature,
    result: QgsVectorLayer,
    corrections: QgsVectorLayer,
    code: Optional[int],
    project: QgsProject,
) -> None:
    """Write a judgment, in place of an earlier one about the same polygon.

    Args:
        feature: feature of the result.
        result: layer of the result.
        corrections: layer of the corrections.
        code: code of the right class; None: the class is wrong, and the right one is open.
        project: project, which defines how coordinates are transformed.

    Raises:
        OutputError: if the corrections cannot be written.
    """
    shape = QgsGeometry(feature.geometry())
    transform = QgsCoordinateTransform(result.crs(), corrections.crs(), project.transformContext())
    try:
        shape.transform(transform)
    except QgsCsException as error:
        raise OutputError(
            tr("The polygon is outside of the CRS of the corrections: it was left out.")
        ) from error
    index = corrections.fields().lookupField(CLASS_FIELD)
    added = QgsVectorLayerUtils.createFeature(corrections, shape, {index: code})
    if code is None:  # a default for the next drawn polygon would count as a judgment
        added.setAttribute(index, None)
    former = _equal_ones(shape, corrections)
    if not _replace(corrections, former, added):
        raise OutputError(
            tr(
                "The correction cannot be written to the layer '{name}': choose a place where you "
                "may write."
            ).format(name=corrections.name())
        )
    corrections.triggerRepaint()


def mark_reviewed(feature: QgsFeature, result: QgsVectorLayer) -> None:
    """Mark a feature of a result as reviewed, if its layer has a status."""
    index = result.fields().lookupField(STATUS)
    if index < 0:
        return
    if result.isEditable():
        result.changeAttributeValue(feature.id(), index, REVIEWED)
    else:
        result.dataProvider().changeAttributeValues({feature.id(): {index: REVIEWED}})


def _equal_ones(shape: QgsGeometry, layer: QgsVectorLayer) -> List[int]:
    """Return the identifiers of the features of a layer with this shape."""
    near = layer.getFeatures(QgsFeatureRequest(shape.boundingBox()))
    return [each.id() for each in near if each.geometry().equals(shape)]


def _replace(layer: QgsVectorLayer, former: List[int], added: QgsFeature) -> bool:
    """Replace features in the edit buffer if the layer is edited, else in its file."""
    if layer.isEditable():
        done = layer.deleteFeatures(former) if former else True
        return bool(done and layer.addFeature(added))
    provider = layer.dataProvider()
    done = provider.deleteFeatures(former) if former else True
    return bool(done and provider.addFeatures([added])[0])
