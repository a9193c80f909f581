# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers that Processing loads, dressed on the main thread once they are there.

QGIS holds no reference to a post-processor, and the algorithm dies before it is called: whoever
makes one hands it to `keep`, or it silently never runs (QGIS #47533).
"""

from __future__ import annotations

from typing import Any, Callable

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
)

from ..compat import can_group
from ..layers.outputs import move_into_group
from ..layers.results import Run, dress, sort_key

Keep = Callable[[Any], None]


class LayerDresser(QgsProcessingLayerPostProcessorInterface):  # type: ignore[misc]
    """Dresses one layer; on QGIS 3.22 it also moves it into the group of its run."""

    def __init__(self, role: str, run: Run, moves_into_group: bool) -> None:
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
        """Dress `layer` (main thread)."""
        dress(layer, self._role, self._run)
        project = context.project()
        if self._moves_into_group and project is not None:
            move_into_group(layer, self._role, self._run, project)


def dress_on_load(
    context: QgsProcessingContext, destination: str, role: str, run: Run, keep: Keep
) -> None:
    """Have `destination` dressed as `role` and grouped, if QGIS is going to load it."""
    if not context.willLoadLayerOnCompletion(destination):
        return
    details = context.layerToLoadOnCompletionDetails(destination)
    if can_group(details):
        details.groupName = details.groupName or run.title
        details.layerSortKey = sort_key(role)
    dresser = LayerDresser(role, run, moves_into_group=not can_group(details))
    keep(dresser)
    details.setPostProcessor(dresser)
