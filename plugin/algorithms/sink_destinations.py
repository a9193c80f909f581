# SPDX-License-Identifier: GPL-2.0-or-later
"""File and layer for the polygons of each role, chosen so that no foreign layer is replaced.

QGIS replaces the whole file of a sink. This is correct for a new file, and for a file with a
single earlier result. In a GeoPackage that is shared by several roles, or that contains other
layers, each role is written to a layer of its own, and the other layers are kept.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Tuple

from ..layers.results import POLYGON_ROLES
from ..layers.sublayers import sublayers_of
from .data_location import DataLocation, layer_destination, sink_location
from .destinations import destination_text, with_path
from .parameters import key_of

if TYPE_CHECKING:
    from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext


def sink_locations(
    parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Dict[str, DataLocation]:
    """Return the final location of each role whose polygons are wanted."""
    texts = {
        role: destination_text(parameters.get(key_of(role)), context.expressionContext())
        for role in POLYGON_ROLES
    }
    named = {role: sink_location(text) for role, text in texts.items() if text}
    return {role: _location(role, named) for role in named}


def with_layer_destinations(
    parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Dict[str, Any]:
    """Return `parameters` with a layer address for each sink that must not replace its file."""
    locations = sink_locations(parameters, context)
    addresses = {
        key_of(role): with_path(
            parameters[key_of(role)], layer_destination(location.file, location.layer)
        )
        for role, location in locations.items()
        if location.is_file and location.layer
    }
    return {**parameters, **addresses}


def sink_problems(
    algorithm: QgsProcessingAlgorithm, parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Tuple[str, ...]:
    """Return a message for each sink that would replace another one or a foreign layer."""
    titles = {
        role: algorithm.parameterDefinition(key_of(role)).description() for role in POLYGON_ROLES
    }
    locations = sink_locations(parameters, context)
    return (*_shared_file_problems(locations, titles), *_replacement_problems(locations, titles))


def _location(role: str, named: Mapping[str, DataLocation]) -> DataLocation:
    own = named[role]
    if not own.is_geopackage or own.layer:
        return own
    is_shared = any(own.is_same_file(other) for each, other in named.items() if each != role)
    return (
        DataLocation(own.file, role, own.text)
        if is_shared or not _is_replaceable(own.file)
        else own
    )


def _is_replaceable(file: str) -> bool:
    """Return whether a file does not exist, or contains only one earlier result."""
    layers = sublayers_of(file)
    return layers is None or (len(layers) == 1 and all(layers.values()))


def _shared_file_problems(
    locations: Mapping[str, DataLocation], titles: Mapping[str, str]
) -> Iterator[str]:
    for (role, location), (other_role, other) in combinations(locations.items(), 2):
        if not location.conflicts_with(other):
            continue
        named = f"'{titles[role]}' and '{titles[other_role]}' both go to {location.text}"
        if location.layer or not location.is_file:
            yield f"{named}, so one would replace the other. Choose another layer for one of them."
        else:
            yield (
                f"{named}, a file of one layer. Choose another file for one of them, or one "
                "GeoPackage (.gpkg) for both."
            )


def _replacement_problems(
    locations: Mapping[str, DataLocation], titles: Mapping[str, str]
) -> Iterator[str]:
    for role, location in locations.items():
        layers = sublayers_of(location.file) if location.is_file else None
        if layers is None:
            continue
        if not layers:
            yield (
                f"'{titles[role]}' cannot go to {location.file}, because the file exists and "
                "cannot be read as vector data. Choose another file."
            )
            continue
        lost = _layers_of_others(location, layers)
        if lost:
            yield (
                f"'{titles[role]}' would replace {_listed(lost)} in {location.file}, which "
                "Orthoscribe did not write. Choose another file."
            )


def _layers_of_others(location: DataLocation, layers: Mapping[str, bool]) -> List[str]:
    """Return the names of foreign layers that would be replaced."""
    return [
        name
        for name, is_ours in layers.items()
        if not is_ours and (not location.layer or name.lower() == location.layer.lower())
    ]


def _listed(names: List[str]) -> str:
    word = "the layer" if len(names) == 1 else "the layers"
    return f"{word} {', '.join(repr(name) for name in names)}"
