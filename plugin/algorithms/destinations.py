# SPDX-License-Identifier: GPL-2.0-or-later
"""Values of destination parameters: their paths, and whether an output is wanted.

For an unwanted output, the toolbox omits the value or passes None, the batch panel wraps an empty
cell in a definition, and a model may compute an empty text. All are treated alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional

from qgis.core import (
    QgsExpressionContext,
    QgsProcessing,
    QgsProcessingOutputLayerDefinition,
    QgsProperty,
)

from ..compat import is_null

if TYPE_CHECKING:
    from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext

TEMPORARY = QgsProcessing.TEMPORARY_OUTPUT


def destination_text(value: Any, expressions: Optional[QgsExpressionContext] = None) -> str:
    """Return the path or name in the value of a destination; empty if the output is not wanted.

    Args:
        value: parameter value from Processing.
        expressions: context for evaluating a value that is an expression.
    """
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink
    if isinstance(value, QgsProperty):
        value, _ = value.value(expressions or QgsExpressionContext(), "")
    return "" if is_null(value) else str(value).strip()


def without_skipped_outputs(
    algorithm: QgsProcessingAlgorithm, parameters: Mapping[str, Any], context: QgsProcessingContext
) -> Dict[str, Any]:
    """Return `parameters` without the destinations of unwanted outputs."""
    destinations = {each.name() for each in algorithm.destinationParameterDefinitions()}
    return {
        key: value
        for key, value in parameters.items()
        if key not in destinations or destination_text(value, context.expressionContext())
    }


def with_path(value: Any, name: str) -> Any:
    """Return the value of a destination with another `name` and the same loading options."""
    if not isinstance(value, QgsProcessingOutputLayerDefinition):
        return name
    other = QgsProcessingOutputLayerDefinition(name, value.destinationProject)
    other.destinationName = value.destinationName
    other.createOptions = value.createOptions
    return other
