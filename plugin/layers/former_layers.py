# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of former runs whose files a new run has replaced. Main thread only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Iterable

from qgis.core import QgsVectorLayer

from .inputs import file_and_layer
from .results import RUN_ID

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject


def remove_former_layers(files: Iterable[str], project: QgsProject, run_id: str) -> None:
    """Remove the layers of other runs that show `files`, and their groups if these become empty.

    Layers with unsaved edits stay.

    Args:
        files: paths of the results of a run.
        project: project with the layers.
        run_id: identifier of this run.
    """
    replaced = {Path(file).resolve() for file in files if file}
    former = [
        layer
        for layer in project.mapLayers().values()
        if layer.customProperty(RUN_ID) not in (None, "", run_id) and _shows(layer, replaced)
    ]
    nodes = [project.layerTreeRoot().findLayer(layer.id()) for layer in former]
    groups = [node.parent() for node in nodes if node is not None]
    project.removeMapLayers([layer.id() for layer in former])
    while groups:
        group = groups.pop()
        groups = [each for each in groups if each != group]
        if group.parent() is not None and not group.children():
            group.parent().removeChildNode(group)


def hide_former_groups(project: QgsProject, run_id: str) -> None:
    """Uncheck the groups of other runs, whose translucent rasters would blend with the new ones."""
    for group in project.layerTreeRoot().findGroups():
        layers = [node.layer() for node in group.findLayers() if node.layer() is not None]
        runs = {layer.customProperty(RUN_ID) for layer in layers}
        if runs and not runs & {None, "", run_id}:
            group.setItemVisibilityChecked(False)


def _shows(layer: QgsMapLayer, files: Iterable[Path]) -> bool:
    if isinstance(layer, QgsVectorLayer) and layer.isModified():
        return False
    file, _ = file_and_layer(layer)
    return bool(file) and Path(file).resolve() in files
