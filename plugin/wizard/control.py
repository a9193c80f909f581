# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens the wizard for the open project, one window at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject

from ..i18n import tr
from .draft import draft_from_job
from .draft_layers import draft_of_newest_result
from .page import WizardContext
from .project_draft import ProjectDraft
from .wizard import WizardWindow

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from ..protocol import LabelJob


class WizardControl(QObject):
    """Holder of the only wizard; a second call of `open` raises the window that is there.

    Args:
        iface: QGIS interface.
        runner: function that runs a job.
        parent: parent object.
    """

    def __init__(self, iface: Any, runner: Runner, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._iface, self._runner = iface, runner
        self._project = QgsProject.instance()
        self._window: Optional[WizardWindow] = None
        self._project.cleared.connect(self._on_project_closed)
        self._is_connected = True

    @property
    def window(self) -> Optional[WizardWindow]:
        """The open wizard; None if it is closed."""
        return self._window

    def open(self, job: Optional[LabelJob] = None) -> WizardWindow:
        """Open the wizard, or raise it, and return it.

        A new draft takes the inputs of the newest result in the project, else those of `job`.

        Args:
            job: label job with the inputs chosen elsewhere; None without any.
        """
        if self._window is None:
            draft = ProjectDraft(self._project)
            if not draft.is_stored:
                chosen = draft_from_job(job) if job is not None and job.image else None
                first = draft_of_newest_result(self._project) or chosen
                if first is not None:
                    draft.put(first)
            context = WizardContext(self._iface, self._project, draft, self._runner)
            self._window = WizardWindow(context, self._iface.mainWindow())
            self._window.closed.connect(self._on_closed)
            draft.setParent(self._window)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
        return self._window

    def teardown(self) -> None:
        """Close the wizard and disconnect; may be called more than once."""
        if self._is_connected:
            self._is_connected = False
            self._project.cleared.disconnect(self._on_project_closed)
        self._close()

    def _close(self) -> None:
        if self._window is not None:
            self._window.close()

    def _on_closed(self) -> None:
        self._window = None

    def _on_project_closed(self) -> None:
        if self._window is None:
            return
        self._window.teardown()  # before its pages could write the draft into the next project
        self._close()
        text = tr(
            "The window Improve map was closed with its project. What you have drawn is in the "
            "project's layer: open the project again to go on."
        )
        self._iface.messageBar().pushMessage(tr("Orthoscribe"), text, Qgis.MessageLevel.Info)
