# SPDX-License-Identifier: GPL-2.0-or-later
"""What all pages of the wizard have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Tuple

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

if TYPE_CHECKING:
    from qgis.core import QgsProject
    from qgis.gui import QgsMapCanvas

    from ..engine_client.task import Runner
    from .project_draft import ProjectDraft
    from .training import Training


@dataclass(frozen=True)
class WizardContext:
    """What the pages work on.

    Args:
        iface: QGIS interface.
        project: open project.
        draft: draft of the project.
        runner: function that runs a job.
        training: the training, which goes on while the wizard is closed.
        model_changed: callback for the model that the project uses from now on.
    """

    iface: Any
    project: QgsProject
    draft: ProjectDraft
    runner: Runner
    training: Training
    model_changed: Callable[[str], None]

    @property
    def canvas(self) -> QgsMapCanvas:
        """Map canvas of QGIS."""
        return self.iface.mapCanvas()


class Page(QWidget):
    """One page; a subclass overrides what it needs.

    Args:
        context: window, project and draft that the pages work on.
    """

    changed = pyqtSignal()  # what keeps the user from going on may be another now
    said = pyqtSignal(str, str)  # one of `LEVELS` and a sentence, for the message place
    step_wanted = pyqtSignal(str)  # name of the step to go to, as 'draw'

    def __init__(self, context: WizardContext) -> None:
        super().__init__()
        self.context = context

    def enter(self) -> None:
        """Show the draft as it is now; called each time the page is shown."""

    def leave(self) -> None:
        """Finish what the user may have begun; called each time the page is left."""

    def problems(self) -> Tuple[str, ...]:
        """Return what keeps the user from going on to the next page; empty if nothing does."""
        return ()

    def teardown(self) -> None:
        """Undo what the page did to QGIS, and end what runs; may be called more than once."""
