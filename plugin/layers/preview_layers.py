# SPDX-License-Identifier: GPL-2.0-or-later
"""Layers of the preview of polygons, one group that each preview updates.

The layer objects stay, and with them the styles, visibility and position that the user gave them.
Main thread only.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Dict, List, Optional

from .former_layers import remove_former_layers
from .outputs import add_results
from .results import ROLE
from .save_results import layers_in_folder

if TYPE_CHECKING:
    from qgis.core import QgsProject, QgsVectorLayer

    from ..protocol import Outcome, VectorizeJob


class PreviewLayers:
    """Group of the polygons of the current view.

    Args:
        project: project that gets the layers.
    """

    def __init__(self, project: QgsProject) -> None:
        self._project = project
        self._ids: Dict[str, str] = {}  # layer identifier by role
        self._file: Optional[Path] = None

    @property
    def layers(self) -> List[QgsVectorLayer]:
        """Layers of the preview that are still in the project."""
        found = map(self._project.mapLayer, self._ids.values())
        return [layer for layer in found if layer is not None]

    def show(self, outcome: Outcome, job: VectorizeJob) -> None:
        """Show the polygons of a finished job instead of the former ones.

        Layers with unsaved edits stay as they are, and a new group is added.
        """
        former, self._file = self._file, Path(outcome.artifacts["polygons"])
        layers = self.layers
        if layers and len(layers) == len(self._ids) and not any(map(_is_edited, layers)):
            for layer in layers:
                layer.setDataSource(_source(self._file, layer), layer.name(), "ogr")
        else:
            self._remove(former)
            self._add(outcome, job)
        self._discard(former)

    def remove(self) -> None:
        """Remove the layers, except those with unsaved edits, and their file."""
        former, self._file = self._file, None
        self._remove(former)
        self._discard(former)
        self._ids = {}

    def _add(self, outcome: Outcome, job: VectorizeJob) -> None:
        group = add_results(outcome, job, self._project, is_preview=True)
        added = [node.layer() for node in group.findLayers()]
        self._ids = {str(layer.customProperty(ROLE)): layer.id() for layer in added}

    def _remove(self, file: Optional[Path]) -> None:
        if file is not None:
            remove_former_layers([str(file)], self._project, "")

    def _discard(self, file: Optional[Path]) -> None:
        """Delete the folder of a former preview unless layers show it."""
        if file is not None and not any(layers_in_folder(file.parent, self._project)):
            shutil.rmtree(file.parent, ignore_errors=True)


def _is_edited(layer: QgsVectorLayer) -> bool:
    return bool(layer.isEditable())


def _source(file: Path, layer: QgsVectorLayer) -> str:
    return f"{file}|layername={layer.customProperty(ROLE)}"
