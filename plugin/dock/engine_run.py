# SPDX-License-Identifier: GPL-2.0-or-later
"""The one run that the dock may have: started, canceled, and never outliving the dock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Callable, Optional

from qgis.core import QgsApplication

from ..engine_client.task import EngineTask

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from ..protocol import Event, Job, Outcome

TEARDOWN_S = 3.0


class EngineRun:
    """Runs one job at a time as a QGIS task.

    Args:
        runner: runs a job; tests give another one.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._task: Optional[EngineTask] = None
        self._is_working = threading.Event()
        self._has_ended = threading.Event()
        self._on_event: Optional[Callable[[Event], None]] = None
        self._on_outcome: Optional[Callable[[Outcome], None]] = None

    @property
    def is_busy(self) -> bool:
        """Say whether a job runs."""
        return self._task is not None

    def start(
        self,
        title: str,
        job: Job,
        on_event: Callable[[Event], None],
        on_outcome: Callable[[Outcome], None],
    ) -> None:
        """Start `job`; both callbacks come on the main thread, the second one last.

        Raises:
            RuntimeError: another job still runs.
        """
        if self.is_busy:
            raise RuntimeError("One job at a time.")
        self._on_event, self._on_outcome = on_event, on_outcome
        self._is_working.clear()
        self._has_ended.clear()
        self._task = EngineTask(title, job, self._hear, self._end, runner=self._work)
        QgsApplication.taskManager().addTask(self._task)

    def cancel(self) -> None:
        """Ask the run to stop; its outcome still comes."""
        if self._task is not None:
            self._task.cancel()

    def teardown(self) -> None:
        """End what runs, waiting for the engine's end, and call nobody back any more."""
        self._on_event = self._on_outcome = None
        self.cancel()
        if self._is_working.is_set():
            self._has_ended.wait(TEARDOWN_S)
        self._task = None

    def _work(
        self, job: Job, on_event: Callable[[Event], None], is_canceled: Callable[[], bool]
    ) -> Outcome:
        self._is_working.set()
        try:
            return self._runner(job, on_event, is_canceled)
        finally:
            self._has_ended.set()

    def _hear(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _end(self, outcome: Outcome) -> None:
        self._task = None
        on_outcome, self._on_event, self._on_outcome = self._on_outcome, None, None
        if on_outcome is not None:
            on_outcome(outcome)
