# SPDX-License-Identifier: GPL-2.0-or-later
"""Temporary results, which are deleted when QGIS closes unless the user saves them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, List, Tuple

from qgis.core import QgsProcessingUtils

from ..layers.run_folder import free_folder
from ..layers.save_results import layers_in_folder, save_results

if TYPE_CHECKING:
    from qgis.core import QgsProject


class TemporaryResults:
    """Folders of runs without an output folder.

    Args:
        project: project with the result layers.
    """

    def __init__(self, project: QgsProject) -> None:
        self._project = project
        self._parent = ""
        self._folders: List[Path] = []

    @property
    def parent(self) -> str:
        """Parent of the folders of temporary runs, deleted when QGIS closes."""
        if not self._parent:
            self._parent = QgsProcessingUtils.generateTempFilename("orthoscribe")
        return self._parent

    def holds(self, folder: Path) -> bool:
        """Return whether the results in `folder` are temporary."""
        return Path(self.parent) in folder.parents

    def add(self, folder: Path) -> None:
        """Add the folder of a run."""
        self._folders.append(folder)

    def unsaved(self) -> Tuple[Path, ...]:
        """Return the folders with results that are layers of the project."""
        return tuple(
            folder for folder in self._folders if any(layers_in_folder(folder, self._project))
        )

    def save(self, parent: Path) -> Tuple[Path, ...]:
        """Copy the results in the project to new folders in `parent`, and return these.

        Raises:
            OutputError: if a layer has unsaved edits or a file cannot be written.
        """
        saved = []
        for folder in self.unsaved():
            place = free_folder(parent, folder.name)
            save_results(folder, place, self._project)
            self._folders.remove(folder)
            saved.append(place)
        return tuple(saved)
