# SPDX-License-Identifier: GPL-2.0-or-later
"""Results as a group of styled layers in the project.

Only this module, `demo_scene` and `corrections` add layers to a project. Main thread only, because
of the layer tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Tuple

from qgis.core import (
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
)

from ..i18n import tr
from ..styling.changes import style_changes
from .former_layers import hide_former_groups, remove_former_layers
from .results import (
    POLYGON_ROLES,
    ROLE,
    ROLES,
    RUN_ID,
    RunProperties,
    describe_run,
    sort_key,
    style_result,
)

if TYPE_CHECKING:
    from ..protocol import ChangesJob, Job, Outcome

CONFIDENCE = "confidence"  # role
CHANGED = "changed"  # role of the changes, and name of their layer
UNCHECKED_ROLES = (CONFIDENCE, "land_cover")  # they would cover the class raster


def add_results(
    outcome: Outcome,
    job: Job,
    project: QgsProject,
    *,
    is_preview: bool = False,
    with_confidence: bool = True,
) -> QgsLayerTreeGroup:
    """Add the layers of a finished run to the top of `project` and return their group.

    Layers of former runs that show the same files are removed, since they show the new results
    too. The groups of all other runs are unchecked.

    Args:
        outcome: outcome of the run.
        job: job of the run.
        project: project to add to.
        is_preview: whether the run is a preview of the visible map.
        with_confidence: whether the confidence raster becomes a layer, if there is one.
    """
    steps = results_incrementally(
        outcome, job, project, is_preview=is_preview, with_confidence=with_confidence
    )
    return project.layerTreeRoot().findGroup(list(steps)[-1])


def results_incrementally(
    outcome: Outcome,
    job: Job,
    project: QgsProject,
    *,
    is_preview: bool = False,
    with_confidence: bool = True,
) -> Iterator[str]:
    """Do what `add_results` does, and yield the name of the group after each step.

    The group is looked up each time, since the user may remove it or close the project between two
    steps; then it ends early.
    """
    run = describe_run(job, outcome, is_preview=is_preview)
    remove_former_layers(outcome.artifacts.values(), project, run.run_id)
    hide_former_groups(project, run.run_id)
    root = project.layerTreeRoot()
    name = _free_name(run.title, root)
    root.insertGroup(0, name)
    yield name
    for role, layer in result_layers(outcome):
        if role == CONFIDENCE and not with_confidence:
            continue
        style_result(layer, role, run)
        yield name
        group = root.findGroup(name)
        if group is None:
            return
        project.addMapLayer(layer, False)
        node = group.insertLayer(0, layer)
        node.setItemVisibilityChecked(role not in UNCHECKED_ROLES)
        node.setExpanded(role == "classes")
        yield name


def add_changes(
    outcome: Outcome, job: ChangesJob, name: str, project: QgsProject
) -> QgsVectorLayer:
    """Add the changes of a run to the top of its group and return their layer.

    Args:
        outcome: outcome of the comparison with the former class raster.
        job: job of the comparison.
        name: name of the group of the later run; without the group, the layer gets none.
        project: project to add to.
    """
    file = outcome.artifacts["changes"]
    layer = QgsVectorLayer(f"{file}|layername={CHANGED}", tr("Changed"), "ogr")
    style_changes(layer, job.legend)
    root = project.layerTreeRoot()
    group = root.findGroup(name) or root
    nodes = group.findLayers() if group != root else ()
    run_ids = (node.layer().customProperty(RUN_ID) for node in nodes if node.layer())
    layer.setCustomProperty(RUN_ID, next(run_ids, ""))
    layer.setCustomProperty(ROLE, CHANGED)
    project.addMapLayer(layer, False)
    group.insertLayer(0, layer)
    return layer


def result_layers(outcome: Outcome) -> Iterator[Tuple[str, QgsMapLayer]]:
    """Yield role and layer of each result that can be displayed, bottom layer first."""
    for role, title in ROLES:
        layer = _open(outcome, role, tr(title))
        if layer is not None and layer.isValid():
            yield role, layer


def move_into_run_group(
    layer: QgsMapLayer, role: str, run: RunProperties, project: QgsProject
) -> None:
    """Move a layer into the group of its run, and remove its former group if that becomes empty."""
    root = project.layerTreeRoot()
    node = root.findLayer(layer.id())
    if node is None or node.parent().name() == run.title:
        return
    group = root.findGroup(run.title) or root.insertGroup(0, run.title)
    moved = node.clone()
    group.insertChildNode(_place(group, role), moved)
    moved.setItemVisibilityChecked(role not in UNCHECKED_ROLES)
    former = node.parent()
    former.removeChildNode(node)
    if former != root and not former.children():
        former.parent().removeChildNode(former)


def _free_name(title: str, root: QgsLayerTreeGroup) -> str:
    """Return `title`, with a number if a group of this name exists."""
    name, number = title, 1
    while root.findGroup(name) is not None:
        number += 1
        name = f"{title} ({number})"
    return name


def _place(group: QgsLayerTreeGroup, role: str) -> int:
    """Return the index of a new layer in `group`, below all layers with a greater sort key."""
    roles = [node.layer().customProperty(ROLE) for node in group.findLayers() if node.layer()]
    return sum(sort_key(each) > sort_key(role) for each in roles)


def _open(outcome: Outcome, role: str, title: str) -> QgsMapLayer:
    if role not in POLYGON_ROLES:
        path = outcome.artifacts.get(role)
        return QgsRasterLayer(path, title) if path else None
    polygons = outcome.artifacts.get("polygons")
    return QgsVectorLayer(f"{polygons}|layername={role}", title, "ogr") if polygons else None
