# SPDX-License-Identifier: GPL-2.0-or-later
"""The training of a model: it goes on while the wizard is closed, without widgets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Tuple

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..engine_client.engine_run import EngineRun
from ..i18n import tr
from ..job_records import JobRecord, remove_record
from ..progress_estimate import ProgressEstimate
from ..protocol import FinetuneJob, Log, Metric, Progress
from .unfinished import remove_unfinished_model

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from ..protocol import Event, Outcome
    from .unfinished import InterruptedTraining

BASE_SCORE, SCORE = "base_score", "validation_score"  # metrics of the engine
PROGRESS_INTERVAL_MS = 500
CURVE_POINTS = 500


class Training(QObject):
    """Runs one fine-tuning at a time, and keeps what it reported.

    Args:
        runner: function that runs a job.
    """

    started = pyqtSignal()
    progressed = pyqtSignal()
    ended = pyqtSignal(object)  # outcome

    def __init__(self, runner: Runner, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._run = EngineRun(runner)
        self._record: Optional[JobRecord[FinetuneJob]] = None
        self._progress = ProgressEstimate()
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_INTERVAL_MS)
        self._timer.timeout.connect(self.progressed.emit)
        self.job: Optional[FinetuneJob] = None
        self.curve: List[Tuple[float, float]] = []  # fraction of the training, score 0..1
        self.base_score: Optional[float] = None
        self.remark = ""  # the last warning of the engine
        self.is_ending_early = False
        self.is_canceled = False

    @property
    def is_running(self) -> bool:
        """Whether a training is running."""
        return self._run.is_busy

    @property
    def percent(self) -> int:
        """Percentage done, 0..100."""
        return self._progress.percent

    @property
    def text(self) -> str:
        """Stage; the engine adds the time left, which it knows better than the percentage."""
        if self.is_canceled:
            return tr("Canceling…")
        if self.is_ending_early:
            return tr("Stopping, and keeping the best so far…")
        return self._progress.stage

    def start(self, job: FinetuneJob) -> None:
        """Start a training; its folder of the model is `job.output`.

        Raises:
            RuntimeError: if another training is running.
        """
        self._progress = ProgressEstimate()
        self.curve, self.base_score, self.remark = [], None, ""
        self.is_ending_early = self.is_canceled = False
        title = tr("Orthoscribe training")
        self._run.start(title, job, self._on_event, self._end)
        self.job = job
        self._record = JobRecord(job)
        self._timer.start()
        self.started.emit()

    def resume(self, unfinished: InterruptedTraining) -> None:
        """Go on with a training that was interrupted.

        Raises:
            RuntimeError: if another training is running.
        """
        self.start(unfinished.job)
        remove_record(unfinished.record)

    def end_early(self) -> None:
        """Request that the training stops and keeps the best so far; `ended` still follows."""
        self.is_ending_early = True
        self._run.end_early()
        self.progressed.emit()

    def cancel(self) -> None:
        """Request that the training is discarded; `ended` still follows."""
        self.is_canceled = True
        self._run.cancel()
        self.progressed.emit()

    def teardown(self) -> None:
        """End the engine within three seconds; the training can be resumed by the next QGIS."""
        self._timer.stop()
        self._run.teardown()
        if self._record is not None:
            self._record.close()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._progress.feed(event)
        elif isinstance(event, Metric) and event.name == BASE_SCORE:
            self.base_score = event.value
        elif isinstance(event, Metric) and event.name == SCORE:
            done = self._progress.percent / 100
            self.curve = [*self.curve[1 - CURVE_POINTS :], (done, event.value)]
        elif isinstance(event, Log) and event.level == "warning":
            self.remark = event.message

    def _end(self, outcome: Outcome) -> None:
        self._timer.stop()
        record, self._record = self._record, None
        if record is not None:
            record.end(can_go_on=self._can_go_on(outcome))
        if outcome.is_canceled and self.is_canceled and self.job is not None:
            remove_unfinished_model(Path(self.job.output))
        self.ended.emit(outcome)

    def _can_go_on(self, outcome: Outcome) -> bool:
        """Return whether the engine was killed, or failed with something in the model's folder."""
        if outcome.failure is None or self.job is None:
            return False
        return outcome.failure.reason == "crash" or Path(self.job.output).is_dir()
