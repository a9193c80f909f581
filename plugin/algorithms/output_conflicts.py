# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks before a run that no destination replaces another one, an input or foreign layers."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, Mapping, Tuple

from ..compat import is_null
from ..layers.inputs import file_and_layer
from ..layers.results import POLYGON_ROLES
from ..layers.sublayers import sublayers_of
from .data_location import DataLocation, file_location
from .destinations import TEMPORARY, destination_text
from .parameters import key_of
from .sink_destinations import sink_locations, sink_problems

if TYPE_CHECKING:
    from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext

SINKS = tuple(map(key_of, POLYGON_ROLES))
FILES = ("rasterDestination", "fileDestination", "vectorDestination")
LAYERS = ("raster", "source", "layer", "vector")

Locations = Dict[str, DataLocation]


def conflict_problems(
    algorithm: QgsProcessingAlgorithm,
    parameters: Mapping[str, Any],
    context: QgsProcessingContext,
    folder_files: Mapping[str, str],
) -> Tuple[str, ...]:
    """Return a message for each destination that would replace another one, an input or a layer.

    Args:
        algorithm: algorithm with the destinations.
        parameters: parameter values, without destinations that are not wanted.
        context: Processing context of the run.
        folder_files: name of each file written into the folder OUTPUT, by the key of the
            destination that overrides its path; other keys are files without a destination.
    """
    sinks = _sinks(algorithm, parameters, context)
    files = _files(algorithm, parameters, context, folder_files)
    inputs = _inputs(algorithm, parameters, context)
    between_sinks = sink_problems(algorithm, parameters, context) if sinks else ()
    return (
        *_folder_problems(parameters),
        *between_sinks,
        *_conflicts_with_files({**files, **sinks}, files),
        *_conflicts_with_inputs({**files, **sinks}, inputs),
        *_replaced_layers(files),
    )


def _sinks(
    algorithm: QgsProcessingAlgorithm, parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Locations:
    known = {each.name() for each in algorithm.destinationParameterDefinitions()}
    if not known.issuperset(SINKS):
        return {}
    found = sink_locations(parameters, context)
    return {_title(algorithm, key_of(role)): location for role, location in found.items()}


def _files(
    algorithm: QgsProcessingAlgorithm,
    parameters: Mapping[str, Any],
    context: QgsProcessingContext,
    folder_files: Mapping[str, str],
) -> Locations:
    """Return the files that the engine writes, by title of the parameter."""
    named = {
        each.name(): destination_text(parameters.get(each.name()), context.expressionContext())
        for each in algorithm.destinationParameterDefinitions()
        if each.type() in FILES
    }
    folder = destination_text(parameters.get("OUTPUT"), context.expressionContext())
    if folder and folder != TEMPORARY:
        in_folder = {key: str(Path(folder) / name) for key, name in folder_files.items()}
        unnamed = (key for key in in_folder if named.get(key, "") in ("", TEMPORARY))
        named.update({key: in_folder[key] for key in unnamed})
    return {_title(algorithm, key): file_location(text) for key, text in named.items() if text}


def _inputs(
    algorithm: QgsProcessingAlgorithm, parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Locations:
    found = {}
    for each in algorithm.parameterDefinitions():
        value = parameters.get(each.name())
        if each.type() not in LAYERS or is_null(value) or value == "":
            continue
        layer = _layer(algorithm, each.name(), parameters, context)
        file, name = file_and_layer(layer) if layer is not None else ("", "")
        if file:
            found[each.description()] = DataLocation(file_location(file).file, name, file)
    return found


def _layer(
    algorithm: QgsProcessingAlgorithm,
    key: str,
    parameters: Mapping[str, Any],
    context: QgsProcessingContext,
) -> Any:
    given = dict(parameters)
    if algorithm.parameterDefinition(key).type() == "source":
        return algorithm.parameterAsVectorLayer(given, key, context)
    return algorithm.parameterAsLayer(given, key, context)


def _folder_problems(parameters: Mapping[str, Any]) -> Iterator[str]:
    folder = destination_text(parameters.get("OUTPUT"))
    if folder and Path(folder).is_file():
        yield f"{folder} is a file, not a folder. Choose another output folder."


def _conflicts_with_files(destinations: Locations, files: Locations) -> Iterator[str]:
    """Yield a message for each conflict with a file of the engine; `sink_problems` checks sinks."""
    for (title, location), (other_title, other) in combinations(destinations.items(), 2):
        if (title in files or other_title in files) and location.conflicts_with(other):
            yield (
                f"'{title}' and '{other_title}' both go to {other.file}, so one would replace the "
                "other. Choose another file for one of them."
            )


def _conflicts_with_inputs(destinations: Locations, inputs: Locations) -> Iterator[str]:
    for title, location in destinations.items():
        for input_title, given in inputs.items():
            if location.conflicts_with(given):
                yield (
                    f"'{title}' would replace {location.file}, which is given as '{input_title}'. "
                    "Choose another file."
                )


def _replaced_layers(files: Locations) -> Iterator[str]:
    """Yield a message for each GeoPackage with foreign layers that the engine would replace."""
    for title, location in files.items():
        layers = sublayers_of(location.file) if location.is_geopackage else None
        others = [
            name
            for name, is_ours in (layers or {}).items()
            if not (is_ours and name in POLYGON_ROLES)
        ]
        if others:
            yield (
                f"'{title}' would replace {location.file} with all its layers "
                f"({', '.join(others)}). Choose another file."
            )


def _title(algorithm: QgsProcessingAlgorithm, key: str) -> str:
    definition = algorithm.parameterDefinition(key)
    return definition.description() if definition else f"{key.lower()}.json"
