# SPDX-License-Identifier: GPL-2.0-or-later
"""Opens the wizard for the open project, one window at a time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..engine_client.engine_run import wait_for_abandoned
from ..errors import outcome_text
from ..i18n import tr
from ..project_model import project_model
from .draft import draft_from_job
from .draft_layers import draft_of_newest_result
from .levels import NOTE, PROBLEM
from .page import WizardContext
from .project_draft import ProjectDraft
from .training import Training
from .unfinished import unfinished_trainings
from .wizard import WizardWindow

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from ..protocol import FinetuneJob, LabelJob, Outcome
    from .draft import FinetuneDraft

DRAW, TRAIN, COMPARE = "draw", "train", "compare"


class WizardControl(QObject):
    """Holder of the only wizard; a second call of `open` raises the window that is there.

    A training belongs to it, not to the window, so it goes on while the window is closed.

    Args:
        iface: QGIS interface.
        runner: function that runs a job.
        parent: parent object.

    Attributes:
        training: the training of this QGIS.
    """

    model_changed = pyqtSignal(str)  # the model that the project uses from now on

    def __init__(self, iface: Any, runner: Runner, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_wizard_control")
        self._iface, self._runner = iface, runner
        self.training = Training(runner, self)
        self.training.ended.connect(self._on_trained)
        self._project = QgsProject.instance()
        self._window: Optional[WizardWindow] = None
        self._waiting: Optional[FinetuneJob] = None  # its model waits for its project to be open
        self._project.cleared.connect(self._on_project_closed)
        self._is_connected = True

    @property
    def window(self) -> Optional[WizardWindow]:
        """The open wizard; None if it is closed."""
        return self._window

    @property
    def is_training(self) -> bool:
        """Whether a training is running, even if the wizard is closed."""
        return self.training.is_running

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
                    draft.suggest(first)
            self._take_waiting(draft)
            context = WizardContext(
                self._iface,
                self._project,
                draft,
                self._runner,
                self.training,
                self.model_changed.emit,
            )
            self._window = WizardWindow(context, self._iface.mainWindow())
            self._window.closed.connect(self._on_closed)
            draft.setParent(self._window)
            self._lead_on(draft.value)
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
        self.training.teardown()
        wait_for_abandoned()

    def offer_to_resume(self) -> None:
        """Offer to go on with a training that was interrupted, if there is one."""
        found = unfinished_trainings()
        if found:
            text = tr(
                "The training of '{name}' was interrupted: press Improve map… and Train to resume "
                "or discard it."
            )
            self._tell(text.format(name=Path(found[-1].job.output).name))

    def _lead_on(self, draft: FinetuneDraft) -> None:
        """Show the page of a running training, of a model that waits for a decision, or *Draw*."""
        if self._window is None:
            return
        if self.training.is_running:
            self._window.go_to(TRAIN)
        elif draft.result and Path(draft.result).name != project_model():
            self._window.go_to(COMPARE)
        elif draft.labels:
            self._window.go_to(DRAW)

    def _take_waiting(self, draft: ProjectDraft) -> None:
        """Give the draft the model that was trained for it while another project was open."""
        job = self._waiting
        if job is not None and _is_of(draft.value, job):
            self._waiting = None
            draft.change(result=job.output)

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
        self._tell(text)

    def _on_trained(self, outcome: Outcome) -> None:
        """Put the new model into the draft of its project, and lead to it."""
        job = self.training.job
        if not outcome.is_finished:
            if not self.training.is_canceled:
                self._tell_or_say(tr(outcome_text(outcome)))
            return
        draft = ProjectDraft(self._project) if self._window is None else self._window.draft
        if job is None or not _is_of(draft.value, job):
            self._waiting = job
            text = tr(
                "The new model '{name}' is ready: open its project again to compare. It is listed "
                "in the tab Improve."
            )
            self._tell(text.format(name=Path(job.output).name if job else ""))
            return
        draft.change(result=job.output)
        name = Path(job.output).name
        if self._window is None:
            text = tr("The new model '{name}' is ready: press Improve map… to compare.")
            self._tell(text.format(name=name))
        elif self._window.step == TRAIN:
            self._window.go_to(COMPARE)
        else:  # the user draws or tries meanwhile
            text = tr("The new model '{name}' is ready: go to step 5 to compare.")
            self._window.say(NOTE, text.format(name=name))

    def _tell_or_say(self, sentence: str) -> None:
        if self._window is not None:
            self._window.say(PROBLEM, sentence)
        else:
            self._tell(sentence)

    def _tell(self, text: str) -> None:
        self._iface.messageBar().pushMessage(tr("Orthoscribe"), text, Qgis.MessageLevel.Info)


def _is_of(draft: FinetuneDraft, job: FinetuneJob) -> bool:
    """Return whether a training is of this draft."""
    return (draft.image, draft.labels, draft.start) == (job.image, job.labels, job.start)
