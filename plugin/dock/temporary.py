# SPDX-License-Identifier: GPL-2.0-or-later
"""Results that go when QGIS closes, until the user saves them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, List, Tuple

from qgis.core import QgsProcessingUtils

from ..layers.keep import keep_results, layers_of_folder
from .run_folder import free_folder

if TYPE_CHECKING:
    from qgis.core import QgsProject


class TemporaryResults:
    """The folders of runs for which no output folder was chosen.

    Args:
        project: whose layers show them.
    """

    def __init__(self, project: QgsProject) -> None:
        self._project = project
        self._parent = ""
        self._folders: List[Path] = []

    @property
    def parent(self) -> str:
        """Folder in which temporary runs get theirs; QGIS removes it when it ends."""
        if not self._parent:
            self._parent = QgsProcessingUtils.generateTempFilename("orthoscribe")
        return self._parent

    def holds(self, folder: Path) -> bool:
        """Return whether the results in `folder` are temporary."""
        return Path(self.parent) in folder.parents

    def add(self, folder: Path) -> None:
        """Remember the results of a run."""
        self._folders.append(folder)

    def unsaved(self) -> Tuple[Path, ...]:
        """Return the folders whose results the project shows."""
        return tuple(
            folder for folder in self._folders if any(layers_of_folder(folder, self._project))
        )

    def save(self, parent: Path) -> Tuple[Path, ...]:
        """Copy what the project shows into new folders in `parent`, and return these.

        Raises:
            OutputError: a layer has edits that are not saved, or a file cannot be written.
        """
        kept = []
        for folder in self.unsaved():
            place = free_folder(parent, folder.name)
            keep_results(folder, place, self._project)
            self._folders.remove(folder)
            kept.append(place)
        return tuple(kept)
