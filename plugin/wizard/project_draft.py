# SPDX-License-Identifier: GPL-2.0-or-later
"""The draft of the open project, saved in the project file from the first change on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from .draft import FinetuneDraft, draft_from_json, draft_to_json

if TYPE_CHECKING:
    from qgis.core import QgsProject

ENTRY = ("orthoscribe", "finetune_draft")


class ProjectDraft(QObject):
    """Draft of a project; emits `changed` after a change of a value.

    Args:
        project: project that keeps the draft.
    """

    changed = pyqtSignal()

    def __init__(self, project: QgsProject, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._project = project
        self._value = FinetuneDraft()
        self.read()

    @property
    def value(self) -> FinetuneDraft:
        """The draft as it is now."""
        return self._value

    @property
    def is_stored(self) -> bool:
        """Whether the project has a draft."""
        return bool(self._project.readEntry(*ENTRY, "")[0])

    def read(self) -> None:
        """Read the draft from the project, after another one was opened."""
        self._value = draft_from_json(str(self._project.readEntry(*ENTRY, "{}")[0]))

    def suggest(self, draft: FinetuneDraft) -> None:
        """Begin with a draft that is saved with the first change.

        Until then the next window begins anew, with the newest result.
        """
        if draft != self._value:
            self._value = draft
            self.changed.emit()

    def change(self, **values: Any) -> None:
        """Change fields of the draft, and save it in the project.

        Raises:
            JobError: if a value is invalid.
        """
        self.put(replace(self._value, **values))

    def put(self, draft: FinetuneDraft) -> None:
        """Replace the draft, and save it in the project."""
        if draft == self._value and self.is_stored:
            return
        self._value = draft
        self._project.writeEntry(*ENTRY, draft_to_json(draft))
        self.changed.emit()

    def forget(self) -> None:
        """Remove the draft from the project; drawn polygons stay in their file."""
        self._value = FinetuneDraft()
        self._project.removeEntry(*ENTRY)
        self.changed.emit()
