# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters and outputs of polygons: minimum areas, and a destination for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple

from ..layers.results import POLYGON_ROLES, RunProperties
from ..protocol import AREA_LAYERS, POLYGON_LAYERS
from .parameters import Parameter, ParameterFactory, advanced, key_of, polygon_sink
from .post_processing import KeepReference, style_on_load
from .sinks import fill_sinks, wants_sink

if TYPE_CHECKING:
    from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext, QgsProcessingFeedback

SCALARS = (
    "outlines",
    "tolerance_m",
    *(layer.minimum for layer in AREA_LAYERS),
    "vector_format",
)
SWITCHES = {layer.name: layer.switch for layer in POLYGON_LAYERS if layer.switch}
WITHOUT_PARAMETER = dict.fromkeys(SWITCHES.values(), "set if the layer is wanted")
LARGEST_M2 = 1e6
LARGEST_M = 100.0


def polygon_parameters(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    """Return the parameters for the method and the minimum areas of polygons."""
    title = "Distance from the pixels (m)"
    return (
        factory.choice("outlines", "Outlines"),
        advanced(factory.decimal_number("tolerance_m", title, 0, LARGEST_M, "Automatic")),
        *(
            advanced(
                factory.decimal_number(
                    layer.minimum, f"Minimum {layer.thing} area (m²)", 0, LARGEST_M2
                )
            )
            for layer in AREA_LAYERS
        ),
        advanced(factory.choice("vector_format", "Copies in another format")),
    )


def wanted_switches(parameters: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the switches of the job for the optional layers."""
    return {switch: wants_sink(parameters, role) for role, switch in SWITCHES.items()}


def polygon_destinations(factory: ParameterFactory) -> Tuple[Parameter, ...]:
    """Return the destinations of polygons: a sink for each role, and one file with all roles."""
    return (
        *(polygon_sink(layer) for layer in POLYGON_LAYERS),
        factory.geopackage_destination("polygons", "Polygons (GeoPackage)"),
    )


def wants_polygons(parameters: Mapping[str, Any]) -> bool:
    """Return whether the user set a destination for polygons."""
    return any(wants_sink(parameters, role) for role in (*POLYGON_ROLES, "polygons"))


def polygon_outputs(
    algorithm: QgsProcessingAlgorithm,
    parameters: Mapping[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    polygons: Optional[str],
    run: RunProperties,
    keep_reference: KeepReference,
) -> Dict[str, Any]:
    """Fill the sinks, schedule their styling, and return the value of each polygon output."""
    filled = fill_sinks(algorithm, parameters, context, polygons, feedback) if polygons else {}
    for role, destination in filled.items():
        style_on_load(context, destination, role, run, keep_reference)
    return {
        **{key_of(role): filled.get(role) for role in POLYGON_ROLES},
        "POLYGONS": polygons,
    }
