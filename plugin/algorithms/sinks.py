# SPDX-License-Identifier: GPL-2.0-or-later
"""Copies polygons from the engine's GeoPackage to the sinks chosen by the user.

A sink may be a file of any format, a database or a memory layer, which only QGIS can write.
"""

from __future__ import annotations

from typing import Any, Dict, Mapping

from qgis.core import (
    QgsFeatureSink,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingUtils,
    QgsVectorLayer,
)

from ..layers.results import POLYGON_ROLES
from .destinations import TEMPORARY, destination_text
from .parameters import key_of
from .sink_destinations import sink_problems, with_layer_destinations


def wants_sink(parameters: Mapping[str, Any], role: str) -> bool:
    """Return whether the user set a destination for the polygons of `role`."""
    return bool(destination_text(parameters.get(key_of(role))))


def fill_sinks(
    algorithm: QgsProcessingAlgorithm,
    parameters: Mapping[str, Any],
    context: QgsProcessingContext,
    polygons: str,
    feedback: QgsProcessingFeedback,
) -> Dict[str, str]:
    """Copy the polygons of each wanted role, and return the destination of each sink by role.

    Args:
        algorithm: algorithm with one sink parameter for each role.
        parameters: parameter values of the algorithm.
        context: Processing context of the run.
        polygons: path of the engine's GeoPackage, with one layer for each role.
        feedback: feedback that is checked for cancellation.

    Raises:
        QgsProcessingException: if a layer cannot be read, a sink cannot be written, or a file
            created since the start of the run would be replaced.
    """
    problems = sink_problems(algorithm, parameters, context)
    if problems:
        raise QgsProcessingException("\n".join((*problems, f"The polygons are in {polygons}.")))
    parameters = with_layer_destinations(parameters, context)
    return {
        role: _load(algorithm, parameters, context, polygons, role)
        if _is_in_kept_file(parameters, role)
        else _fill(algorithm, parameters, context, _layer(polygons, role), role, feedback)
        for role in POLYGON_ROLES
        if wants_sink(parameters, role)
    }


def _is_in_kept_file(parameters: Mapping[str, Any], role: str) -> bool:
    """Return whether a sink is temporary, but the engine's file is kept."""
    kept = [destination_text(parameters.get(key)) for key in ("OUTPUT", "POLYGONS")]
    is_temporary = destination_text(parameters.get(key_of(role))) == TEMPORARY
    return is_temporary and any(text not in ("", TEMPORARY) for text in kept)


def _load(
    algorithm: QgsProcessingAlgorithm,
    parameters: Mapping[str, Any],
    context: QgsProcessingContext,
    polygons: str,
    role: str,
) -> str:
    """Have QGIS load the polygons from the engine's file instead of a copy; return their source."""
    key = key_of(role)
    source, wanted = f"{polygons}|layername={role}", parameters[key]
    project = getattr(wanted, "destinationProject", None)
    if project is not None:
        name = wanted.destinationName or algorithm.parameterDefinition(key).description()
        hint = QgsProcessingUtils.LayerHint.Vector
        details = QgsProcessingContext.LayerDetails(name, project, key, hint)
        context.addLayerToLoadOnCompletion(source, details)
    return source


def _layer(polygons: str, role: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{polygons}|layername={role}", role, "ogr")
    if not layer.isValid():
        raise QgsProcessingException(f"The {role} cannot be read from {polygons}.")
    return layer


def _fill(
    algorithm: QgsProcessingAlgorithm,
    parameters: Mapping[str, Any],
    context: QgsProcessingContext,
    layer: QgsVectorLayer,
    role: str,
    feedback: QgsProcessingFeedback,
) -> str:
    key = key_of(role)
    sink, destination = algorithm.parameterAsSink(
        dict(parameters), key, context, layer.fields(), layer.wkbType(), layer.crs()
    )
    if sink is None:
        raise QgsProcessingException(algorithm.invalidSinkError(dict(parameters), key))
    for feature in layer.getFeatures():
        if feedback.isCanceled():
            raise QgsProcessingException("The run was canceled while polygons were copied.")
        if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(algorithm.writeFeatureError(sink, dict(parameters), key))
    return str(destination)
