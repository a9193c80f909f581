# SPDX-License-Identifier: GPL-2.0-or-later
"""A job as a QGIS task: it runs in the background, and its events arrive on the main thread."""

from __future__ import annotations

import traceback
from typing import Callable, Optional

from qgis.core import QgsTask
from qgis.PyQt.QtCore import Qt, pyqtSignal

from ..errors import error_text
from ..protocol import Canceled, Event, Failed, Job, Outcome, Progress
from .run import run_job

OnOutcome = Callable[[Outcome], None]
# Takes a job, `on_event` and `is_canceled`; for a fine-tuning also whether to end it early.
Runner = Callable[..., Outcome]


class EngineTask(QgsTask):  # type: ignore[misc]
    """Task of one job, to be added to `QgsApplication.taskManager()`.

    Keep a reference to it until its outcome has arrived. `cancel()` normally ends the engine
    within two seconds, or later if results are being renamed to their final names.

    Args:
        title: title in the task bar.
        job: job to run.
        on_event: callback for each event, called on the main thread.
        on_outcome: callback for the outcome, called once, last, on the main thread.
        runner: function that runs the job, replaced in tests.
    """

    _event_received = pyqtSignal(object)

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
        self._outcome = Outcome(Canceled())  # a task that is canceled while queued never runs
        # Queued, so that the callback runs on the thread that connects it, the main thread.
        self._event_received.connect(on_event, Qt.ConnectionType.QueuedConnection)

    def run(self) -> bool:
        """Run the job on the background thread; raise nothing, since that would crash QGIS."""
        try:
            self._outcome = self._runner(self._job, self._receive, self.isCanceled)
        except Exception as error:
            self._outcome = Outcome(Failed("bug", error_text(error), traceback.format_exc()))
        return self._outcome.failure is None  # QGIS calls a task that returns False failed

    def finished(self, result: bool) -> None:
        """Pass the outcome to the callback, once, on the main thread."""
        on_outcome, self._on_outcome = self._on_outcome, None
        if on_outcome is not None:
            on_outcome(self._outcome)

    def _receive(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.setProgress(100.0 * event.fraction)
        self._event_received.emit(event)
