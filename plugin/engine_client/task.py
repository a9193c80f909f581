# SPDX-License-Identifier: GPL-2.0-or-later
"""A job as a QGIS task: run in the background, heard on the main thread."""

from __future__ import annotations

import traceback
from typing import Callable, Optional

from qgis.core import QgsTask
from qgis.PyQt.QtCore import Qt, pyqtSignal

from ..errors import sentence_of
from ..protocol import Canceled, Event, Failed, Job, Outcome, Progress
from .run import run_job

OnOutcome = Callable[[Outcome], None]
Runner = Callable[[Job, Callable[[Event], None], Callable[[], bool]], Outcome]


class EngineTask(QgsTask):  # type: ignore[misc]
    """Runs one job; keep a reference to it until its outcome arrived.

    Add it to `QgsApplication.taskManager()`. `cancel()` ends the engine, as a rule within two
    seconds; results that are just being moved to their final names get more.

    Args:
        title: what the task bar shows.
        job: what to do.
        on_event: called on the main thread with each event.
        on_outcome: called on the main thread once, last, however the job ended.
        runner: runs the job; tests give another one.
    """

    _heard = pyqtSignal(object)

    def __init__(
        self,
        title: str,
        job: Job,
        on_event: Callable[[Event], None],
        on_outcome: OnOutcome,
        *,
        runner: Runner = run_job,
    ) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._job = job
        self._on_outcome: Optional[OnOutcome] = on_outcome
        self._runner = runner
        self._outcome = Outcome(Canceled())  # a task canceled while it waits never runs
        # Queued, so that the callback runs where it was connected: on the main thread.
        self._heard.connect(on_event, Qt.ConnectionType.QueuedConnection)

    def run(self) -> bool:
        """Run the job (background thread). What escapes from here crashes QGIS, so nothing does."""
        try:
            self._outcome = self._runner(self._job, self._hear, self.isCanceled)
        except Exception as error:
            self._outcome = Outcome(Failed("bug", sentence_of(error), traceback.format_exc()))
        return self._outcome.is_finished

    def finished(self, result: bool) -> None:
        """Hand the outcome over, once (main thread)."""
        on_outcome, self._on_outcome = self._on_outcome, None
        if on_outcome is not None:
            on_outcome(self._outcome)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.setProgress(100.0 * event.fraction)
        self._heard.emit(event)
