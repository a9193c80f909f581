# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of a window: one job at a time, canceled when the window is closed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Callable, Optional, Set

from qgis.core import QgsApplication

from ..protocol import FinetuneJob
from .task import EngineTask

if TYPE_CHECKING:
    from ..protocol import Event, Job, Outcome
    from .task import Runner

TEARDOWN_S = 3.0
_abandoned: Set[EngineRun] = set()


def wait_for_abandoned() -> None:
    """Wait until the engines of abandoned runs have ended, before QGIS ends."""
    for run in tuple(_abandoned):
        run.teardown()
    _abandoned.clear()


class EngineRun:
    """Runs one job at a time as a QGIS task.

    Args:
        runner: function that runs a job, replaced in tests.
    """

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._task: Optional[EngineTask] = None
        self._is_working = threading.Event()
        self._is_early_end_wanted = threading.Event()
        self._is_discarded = threading.Event()
        self._keeps_progress = False
        self._has_ended = threading.Event()
        self._on_event: Optional[Callable[[Event], None]] = None
        self._on_outcome: Optional[Callable[[Outcome], None]] = None

    @property
    def is_busy(self) -> bool:
        """Whether a job is running."""
        return self._task is not None

    def start(
        self,
        title: str,
        job: Job,
        on_event: Callable[[Event], None],
        on_outcome: Callable[[Outcome], None],
        *,
        keeps_progress: bool = False,
    ) -> None:
        """Start `job`; both callbacks are called on the main thread, `on_outcome` once and last.

        Args:
            title: title in the task bar.
            job: job to run.
            on_event: callback for each event.
            on_outcome: callback for the outcome.
            keeps_progress: whether a labeling keeps what it has done if it ends by anything but
                `cancel`, as when QGIS is closed.

        Raises:
            RuntimeError: if another job is running.
        """
        if self.is_busy:
            raise RuntimeError("Another job is running.")
        self._on_event, self._on_outcome = on_event, on_outcome
        self._is_working.clear()
        self._has_ended.clear()
        self._is_early_end_wanted.clear()
        self._is_discarded.clear()
        self._keeps_progress = keeps_progress
        self._task = EngineTask(title, job, self._forward_event, self._finish, runner=self._work)
        QgsApplication.taskManager().addTask(self._task)

    def cancel(self) -> None:
        """Request cancellation without results; the outcome still follows."""
        self._is_discarded.set()
        if self._task is not None:
            self._task.cancel()

    def end_early(self) -> None:
        """Request that a training ends now and keeps the best so far; the outcome still follows."""
        self._is_early_end_wanted.set()

    def abandon(self, on_end: Callable[[], None]) -> None:
        """Cancel the run without waiting for its end, as the window is closed by the user.

        Args:
            on_end: callback on the main thread after the engine has ended the job, or at once if
                no job is running; no other callback is called any more.
        """
        if self._task is None:
            on_end()
            return
        self._on_event, self._on_outcome = None, lambda _: on_end()
        _abandoned.add(self)  # QGIS holds no reference to the task
        self.cancel()

    def teardown(self) -> None:
        """End the run and wait for the engine to end; no callback is called any more."""
        self._on_event = self._on_outcome = None
        if self._task is not None:
            self._task.cancel()
        if self._is_working.is_set():
            self._has_ended.wait(TEARDOWN_S)
        self._task = None

    def _work(
        self, job: Job, on_event: Callable[[Event], None], is_canceled: Callable[[], bool]
    ) -> Outcome:
        self._is_working.set()
        try:
            if isinstance(job, FinetuneJob):
                wanted = self._is_early_end_wanted.is_set
                return self._runner(job, on_event, is_canceled, wanted)
            if self._keeps_progress:
                is_discarded = self._is_discarded.is_set
                return self._runner(
                    job, on_event, is_canceled, lambda: is_canceled() and not is_discarded()
                )
            return self._runner(job, on_event, is_canceled)
        finally:
            self._has_ended.set()

    def _forward_event(self, event: Event) -> None:
        if self._on_event is not None:
            self._on_event(event)

    def _finish(self, outcome: Outcome) -> None:
        self._task = None
        _abandoned.discard(self)
        on_outcome, self._on_event, self._on_outcome = self._on_outcome, None, None
        if on_outcome is not None:
            on_outcome(outcome)
