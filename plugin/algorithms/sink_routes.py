# SPDX-License-Identifier: GPL-2.0-or-later
"""File and layer for the polygons of each role, chosen so that no foreign layer is replaced.

QGIS replaces the whole file of a sink. This is correct for a new file, and for a file with a
single earlier result. In a GeoPackage that is shared by several roles, or that contains other
layers, each role is written to a layer of its own, and the other layers are kept.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Tuple

from ..layers.contents import layers_of
from ..layers.results import POLYGON_ROLES
from .destinations import destination_text, renamed
from .parameters import key_of
from .targets import Target, layer_address, sink_target

if TYPE_CHECKING:
    from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext


def sink_targets(parameters: Mapping[str, Any], context: QgsProcessingContext) -> Dict[str, Target]:
    """Return the final target of each role whose polygons are wanted."""
    texts = {
        role: destination_text(parameters.get(key_of(role)), context.expressionContext())
        for role in POLYGON_ROLES
    }
    named = {role: sink_target(text) for role, text in texts.items() if text}
    return {role: _target(role, named) for role in named}


def routed(parameters: Mapping[str, Any], context: QgsProcessingContext) -> Dict[str, Any]:
    """Return `parameters` with a layer address for each sink that must not replace its file."""
    targets = sink_targets(parameters, context)
    addresses = {
        key_of(role): renamed(parameters[key_of(role)], layer_address(target.file, target.layer))
        for role, target in targets.items()
        if target.is_file and target.layer
    }
    return {**parameters, **addresses}


def route_problems(
    algorithm: QgsProcessingAlgorithm, parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Tuple[str, ...]:
    """Return a message for each sink that would replace another one or a foreign layer."""
    titles = {
        role: algorithm.parameterDefinition(key_of(role)).description() for role in POLYGON_ROLES
    }
    targets = sink_targets(parameters, context)
    return (*_shared(targets, titles), *_foreign(targets, titles))


def _target(role: str, named: Mapping[str, Target]) -> Target:
    own = named[role]
    if not own.is_geopackage or own.layer:
        return own
    is_shared = any(own.is_same_file(other) for each, other in named.items() if each != role)
    return Target(own.file, role, own.text) if is_shared or not _may_replace(own.file) else own


def _may_replace(file: str) -> bool:
    """Return whether a file does not exist, or contains only one earlier result."""
    layers = layers_of(file)
    return layers is None or (len(layers) == 1 and all(layers.values()))


def _shared(targets: Mapping[str, Target], titles: Mapping[str, str]) -> Iterator[str]:
    for (role, target), (other_role, other) in combinations(targets.items(), 2):
        if not target.clashes_with(other):
            continue
        named = f"'{titles[role]}' and '{titles[other_role]}' both go to {target.text}"
        if target.layer or not target.is_file:
            yield f"{named}, so one would replace the other. Choose another layer for one of them."
        else:
            yield (
                f"{named}, a file of one layer. Choose another file for one of them, or one "
                "GeoPackage (.gpkg) for both."
            )


def _foreign(targets: Mapping[str, Target], titles: Mapping[str, str]) -> Iterator[str]:
    for role, target in targets.items():
        layers = layers_of(target.file) if target.is_file else None
        if layers is None:
            continue
        if not layers:
            yield (
                f"'{titles[role]}' cannot go to {target.file}, because the file exists and "
                "cannot be read as vector data. Choose another file."
            )
            continue
        lost = _lost(target, layers)
        if lost:
            yield (
                f"'{titles[role]}' would replace {_listed(lost)} in {target.file}, which "
                "Orthoscribe did not write. Choose another file."
            )


def _lost(target: Target, layers: Mapping[str, bool]) -> List[str]:
    """Return the names of foreign layers that would be replaced."""
    return [
        name
        for name, is_ours in layers.items()
        if not is_ours and (not target.layer or name.lower() == target.layer.lower())
    ]


def _listed(names: List[str]) -> str:
    word = "the layer" if len(names) == 1 else "the layers"
    return f"{word} {', '.join(repr(name) for name in names)}"
