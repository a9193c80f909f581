# SPDX-License-Identifier: GPL-2.0-or-later
"""Styling of the layers that Processing loads, on the main thread after loading.

QGIS holds no reference to a post-processor, and the algorithm is deleted before it is called. Pass
each post-processor to `keep_reference`, or it silently never runs (QGIS #47533).
"""

from __future__ import annotations

from typing import Any, Callable

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
)

from ..compat import supports_layer_groups
from ..layers.outputs import move_into_run_group
from ..layers.results import RUN_ID, RunProperties, sort_key, style_result

KeepReference = Callable[[Any], None]


class StylePostProcessor(QgsProcessingLayerPostProcessorInterface):  # type: ignore[misc]
    """Post-processor that styles one layer, and moves it into the group of its run.

    QGIS moves new layers itself, except QGIS 3.22.
    """

    def __init__(self, role: str, run: RunProperties, moves_into_group: bool) -> None:
        super().__init__()
        self._role = role
        self._run = run
        self._moves_into_group = moves_into_group

    def postProcessLayer(
        self,
        layer: QgsMapLayer,
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        """Style and move `layer` (main thread)."""
        # A layer of the project over the same file is not loaded again.
        is_reused = bool(layer.customProperty(RUN_ID))
        if is_reused:
            layer.reload()
        style_result(layer, self._role, self._run)
        project = context.project()
        if (self._moves_into_group or is_reused) and project is not None:
            move_into_run_group(layer, self._role, self._run, project)


def style_on_load(
    context: QgsProcessingContext,
    destination: str,
    role: str,
    run: RunProperties,
    keep_reference: KeepReference,
) -> None:
    """Schedule styling by `role` and grouping of `destination`, if QGIS is going to load it."""
    if not context.willLoadLayerOnCompletion(destination):
        return
    details = context.layerToLoadOnCompletionDetails(destination)
    if supports_layer_groups(details):
        details.groupName = details.groupName or run.title
        details.layerSortKey = sort_key(role)
    processor = StylePostProcessor(role, run, moves_into_group=not supports_layer_groups(details))
    keep_reference(processor)
    details.setPostProcessor(processor)
