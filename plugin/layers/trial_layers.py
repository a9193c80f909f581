# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels of a part of the image by the model before and by the new one, to look at in turn.

The groups of other results are shown or hidden meanwhile, and are as before after `remove`. Main
thread only.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Set

from qgis.core import QgsLayerTreeGroup, QgsRasterLayer

from .class_rasters import newest_class_raster
from .outputs import add_results
from .results import ROLE

if TYPE_CHECKING:
    from qgis.core import QgsLayerTreeNode, QgsMapLayer, QgsProject

    from ..protocol import LabelJob, Outcome


class TrialLayers:
    """The two layers, each in a group of its own.

    Args:
        project: project that gets the layers.
    """

    def __init__(self, project: QgsProject) -> None:
        self._project = project
        self._new: List[str] = []  # layer identifiers
        self._old: List[str] = []
        self._base: List[str] = []  # of the last result, which is not ours
        self._visible: List[str] = []  # of other results that were shown
        self._folders: List[Path] = []

    @property
    def is_shown(self) -> bool:
        """Whether the new labels are in the project."""
        return self._node(self._new) is not None

    @property
    def new_raster(self) -> Optional[QgsRasterLayer]:
        """Class raster of the new model; None without one."""
        return self._raster(self._new)

    def has_result(self) -> bool:
        """Return whether the project has a result to compare with."""
        return newest_class_raster(self._project) is not None

    def show_old(self, outcome: Outcome, job: LabelJob) -> None:
        """Add the labels of the model before, where the project has no result of it."""
        self._remember()
        self._old = self._add(outcome, job)

    def show_new(self, outcome: Outcome, job: LabelJob) -> None:
        """Add the labels of the new model on top."""
        self._remember()
        base = newest_class_raster(self._project)
        self._base = [] if self._old or base is None else [base.id()]
        self._new = self._add(outcome, job)
        self.show(is_new=True)

    def show(self, *, is_new: bool) -> None:
        """Show the new labels, or those before."""
        for ids, is_visible in ((self._new, is_new), (self._old, not is_new)):
            self._set_visible(ids, is_visible)
        self._set_visible(self._base, not is_new)

    def layers_before(self) -> List[QgsMapLayer]:
        """Return the layers of the map, top first, with the labels before instead of the new."""
        root, before = self._project.layerTreeRoot(), self._checked_with(self._old or self._base)
        return [
            layer
            for layer in root.layerOrder()
            if layer.id() not in self._new
            and (layer.id() in before or root.findLayer(layer.id()).isVisible())
        ]

    def set_opacity(self, opacity: float) -> None:
        """Set the opacity of the class rasters, 0..1."""
        for ids in (self._new, self._old, self._base):
            layer = self._raster(ids)
            if layer is not None:
                layer.renderer().setOpacity(opacity)
                layer.triggerRepaint()

    def remove(self) -> None:
        """Remove the layers and their files, and show the other results as before."""
        for ids in (self._new, self._old):
            node = self._node(ids)
            group = node.parent() if node is not None else None
            self._project.removeMapLayers([each for each in ids if self._project.mapLayer(each)])
            if group is not None and group.parent() is not None and not group.children():
                group.parent().removeChildNode(group)
        for layer_id in self._visible:
            self._set_visible([layer_id], True)
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)
        self._new, self._old, self._base, self._visible, self._folders = [], [], [], [], []

    def _add(self, outcome: Outcome, job: LabelJob) -> List[str]:
        group = add_results(outcome, job, self._project, is_preview=True)
        self._folders.append(Path(job.output))
        return [node.layerId() for node in group.findLayers()]

    def _remember(self) -> None:
        """Remember which results are shown, once, since adding layers hides them."""
        if self._new or self._old:
            return
        nodes = self._project.layerTreeRoot().findLayers()
        self._visible = [
            node.layerId()
            for node in nodes
            if node.isVisible() and node.layer() is not None and node.layer().customProperty(ROLE)
        ]

    def _set_visible(self, ids: List[str], is_visible: bool) -> None:
        """Show or hide the group of a layer, or the layer if it has no group."""
        node = self._switched(ids)
        if node is not None:
            node.setItemVisibilityChecked(is_visible)

    def _checked_with(self, ids: List[str]) -> Set[str]:
        """Return the identifiers of the layers that are seen if `_set_visible` shows `ids`."""
        switched = self._switched(ids)
        if not isinstance(switched, QgsLayerTreeGroup):
            return set(ids)
        nodes = switched.findLayers()
        return {each.layerId() for each in nodes if _is_checked_below(each, switched)}

    def _switched(self, ids: List[str]) -> Optional[QgsLayerTreeNode]:
        """Return the group of a layer, or its own node if it has no group; None without one."""
        node = self._node(ids)
        parent = node.parent() if node is not None else None
        is_grouped = isinstance(parent, QgsLayerTreeGroup) and parent.parent() is not None
        return parent if is_grouped else node

    def _node(self, ids: List[str]) -> Optional[QgsLayerTreeNode]:
        root = self._project.layerTreeRoot()
        nodes = (root.findLayer(each) for each in ids)
        return next((node for node in nodes if node is not None), None)

    def _raster(self, ids: List[str]) -> Optional[QgsRasterLayer]:
        layers = (self._project.mapLayer(each) for each in ids)
        return next((each for each in layers if isinstance(each, QgsRasterLayer)), None)


def _is_checked_below(node: QgsLayerTreeNode, group: QgsLayerTreeNode) -> bool:
    """Return whether a node and all groups between it and `group` are checked."""
    while node != group:
        if not node.itemVisibilityChecked():
            return False
        node = node.parent()
    return True
