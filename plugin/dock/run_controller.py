# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs of the dock from the job to the results in the project; without widgets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Union

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from ..engine_client.engine_run import EngineRun
from ..i18n import tr
from ..job_records import JobRecord, remove_record
from ..layers.demo_scene import has_scene
from ..layers.incremental_runner import IncrementalRunner
from ..layers.outputs import results_incrementally
from ..layers.polygon_carry_over import PolygonCarryOver, former_results_of
from ..layers.run_folder import release_folder, reserve_folder, run_name
from ..models import legend_of
from ..progress_estimate import ProgressEstimate
from ..protocol import (
    Finished,
    Hello,
    LabelJob,
    Log,
    OrthoscribeError,
    Progress,
    SceneJob,
    VectorizeJob,
    is_unfinished,
    remove_unfinished,
)
from .demo import demo_folder, demo_job
from .presenter import LabelPresenter
from .run_message import FAILURE, SUCCESS, Message, message_about
from .speed import remember_speed
from .summary import RunSummary, summarize_run
from .temporary_results import TemporaryResults
from .unfinished_labelings import KEEP_EDITED, SHOW_CONFIDENCE

if TYPE_CHECKING:
    from qgis.core import QgsProject

    from ..engine_client.task import Runner
    from ..protocol import Event, Job, Outcome
    from .state import DockState
    from .unfinished_labelings import InterruptedLabeling

PROGRESS_INTERVAL_MS = 1000
LOG_LINES = 500
PREVIEW = "preview"
POLYGONS = "polygons"


class RunController(QObject):
    """Starts one run at a time and brings its results into the project.

    Args:
        runner: function that runs a job.
        project: project that gets the results.
    """

    started = pyqtSignal()
    progressed = pyqtSignal(int, str)  # percentage and stage
    ended = pyqtSignal(object)  # the message to show
    demo_made = pyqtSignal(str)  # folder of the demo scene

    def __init__(
        self, runner: Runner, project: QgsProject, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._run = EngineRun(runner)
        self._project = project
        self._progress = ProgressEstimate()
        self._log_lines: List[str] = []
        self._folder: Optional[Path] = None  # output folder of the current run
        self._record: Optional[JobRecord[LabelJob]] = None  # of the current run
        self._carry_over, self._adding = PolygonCarryOver(), IncrementalRunner()
        self._is_preview = self._shows_confidence = self._keeps_edited = False
        self._megapixels = 0.0
        self.temporary = TemporaryResults(project)
        self.device = ""  # as the engine names it; empty before the first run
        self.summary: Optional[RunSummary] = None
        self._polygon_layer_ids: List[str] = []
        self._timer = QTimer(self)
        self._timer.setInterval(PROGRESS_INTERVAL_MS)
        self._timer.timeout.connect(self._emit_progress)

    @property
    def is_busy(self) -> bool:
        """Whether a job is running."""
        return self._run.is_busy or self._carry_over.is_running or self._adding.is_running

    @property
    def polygon_layers(self) -> List[QgsVectorLayer]:
        """Polygon layers of the last run that are still in the project."""
        layers = map(self._project.mapLayer, self._polygon_layer_ids)
        return [layer for layer in layers if layer is not None]

    def label(self, state: DockState, *, is_preview: bool = False) -> None:
        """Label the image into a new folder; previews go to the temporary folder.

        Raises:
            OrthoscribeError: if the folder cannot be created.
        """
        parent = self.temporary.parent if is_preview else state.output
        now = dt.datetime.now().astimezone()
        name = run_name(PREVIEW if is_preview else state.model, now)
        self._folder = reserve_folder(Path(parent).expanduser().absolute(), name)
        presenter = LabelPresenter(replace(state, output=str(self._folder)))
        self._is_preview = is_preview
        self._shows_confidence = state.options.show_confidence
        self._keeps_edited = state.options.keep_edited and not is_preview
        self._megapixels = presenter.megapixels()
        self._start_labeling(presenter.job())

    def resume(self, unfinished: InterruptedLabeling) -> None:
        """Go on with a labeling that was interrupted."""
        self._folder = Path(unfinished.job.output)
        self._is_preview = False
        self._shows_confidence = unfinished.choices.get(SHOW_CONFIDENCE, False)
        self._keeps_edited = unfinished.choices.get(KEEP_EDITED, True)
        self._megapixels = 0.0  # its duration says nothing about the speed
        self._start_labeling(unfinished.job)
        remove_record(unfinished.record)

    def vectorize(self, job: VectorizeJob, parent: str) -> None:
        """Vectorize a class raster into a new folder in `parent`.

        Raises:
            OrthoscribeError: if the folder cannot be created.
        """
        name = run_name(POLYGONS, dt.datetime.now().astimezone())
        self._folder = reserve_folder(Path(parent).expanduser().absolute(), name)
        self._is_preview = False
        self._start(tr("Orthoscribe polygons"), replace(job, output=str(self._folder)))

    def show_or_make_demo(self) -> None:
        """Emit `demo_made` at once if there is a demo scene, else after the engine made it."""
        if has_scene(demo_folder()):
            self.demo_made.emit(str(demo_folder()))
        else:
            self._start(tr("Orthoscribe demo scene"), demo_job())

    def save_temporary(self, parent: Path) -> Message:
        """Save the temporary results to new folders in `parent`, and return what to show."""
        try:
            folders = self.temporary.save(parent)
        except OrthoscribeError as error:
            return Message(FAILURE, str(error))
        places = ", ".join(map(str, folders))
        return Message(SUCCESS, tr("The results are in {folder}.").format(folder=places))

    def cancel(self) -> None:
        """Request cancellation; `ended` still follows."""
        self._timer.stop()
        self._run.cancel()
        self._carry_over.cancel()

    def teardown(self) -> None:
        """End the running work within three seconds; a labeling can be resumed later."""
        self._timer.stop()
        self._run.teardown()
        self._carry_over.teardown()
        self._adding.teardown()
        self._release_folder()

    def _start_labeling(self, job: LabelJob) -> None:
        self._start(tr("Orthoscribe labeling"), job, keeps_progress=not self._is_preview)
        if not self._is_preview:
            choices = {KEEP_EDITED: self._keeps_edited, SHOW_CONFIDENCE: self._shows_confidence}
            self._record = JobRecord(job, choices)

    def _start(self, title: str, job: Job, *, keeps_progress: bool = False) -> None:
        self._progress = ProgressEstimate()
        self._log_lines = []
        self.summary, self._polygon_layer_ids = None, []
        self.started.emit()
        self._emit_progress()
        self._timer.start()
        self._run.start(
            title,
            job,
            self._on_event,
            lambda outcome: self._end(job, outcome),
            keeps_progress=keeps_progress,
        )

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._progress.feed(event)
            self._emit_progress()
        elif isinstance(event, Hello):
            self.device = event.device
        elif isinstance(event, Log):
            line = f"{event.level}: {event.message}"
            self._log_lines = [*self._log_lines[1 - LOG_LINES :], line]

    def _emit_progress(self) -> None:
        if self._timer.isActive() or not self._progress.percent:
            self.progressed.emit(self._progress.percent, self._progress.text)

    def _end(self, job: Job, outcome: Outcome) -> None:
        self._timer.stop()
        if not (outcome.is_finished and isinstance(job, LabelJob) and self._keeps_edited):
            self._show(job, outcome)
            return
        self.progressed.emit(100, tr("Keeping the polygons that you edited"))
        self._carry_over.start(
            former_results_of(job.image, self._project),
            job,
            outcome,
            lambda count, problem: self._show(job, outcome, count, problem),
        )

    def _show(self, job: Job, outcome: Outcome, kept: int = 0, problem: str = "") -> None:
        """Add the results of a run, and emit what to show.

        Args:
            job: job of the run.
            outcome: outcome of the run.
            kept: number of edited and reviewed polygons that were carried over.
            problem: why they could not be; empty if they could.
        """
        is_temporary = self.temporary.holds(Path(job.output))
        message = message_about(outcome, job, self._log_lines, is_temporary=is_temporary)
        message = message.with_kept(kept, problem)
        if not (outcome.is_finished and isinstance(job, (LabelJob, VectorizeJob))):
            self._tell(job, outcome, message)
            return
        steps = results_incrementally(
            outcome,
            job,
            self._project,
            is_preview=self._is_preview,
            with_confidence=self._shows_confidence,
        )
        self._adding.start(steps, lambda group: self._sum_up(job, outcome, group, message))

    def _sum_up(
        self,
        job: Union[LabelJob, VectorizeJob],
        outcome: Outcome,
        group: str,
        message: Message,
    ) -> None:
        """Keep the summary and the speed of a run whose layers are in the group of this name."""
        if self.temporary.holds(Path(job.output)):
            self.temporary.add(Path(job.output))
        if isinstance(job, LabelJob) and isinstance(outcome.end, Finished):
            remember_speed(job.model, job.device, self._megapixels, outcome.end.elapsed_s)
            self.summary = summarize_run(outcome, legend_of(job.model))
        found = self._project.layerTreeRoot().findGroup(group)
        layers = [node.layer() for node in found.findLayers()] if found is not None else []
        self._polygon_layer_ids = [
            layer.id() for layer in layers if isinstance(layer, QgsVectorLayer)
        ]
        self._tell(job, outcome, message)

    def _tell(self, job: Job, outcome: Outcome, message: Message) -> None:
        self._release_folder(is_finished=outcome.is_finished)
        self.ended.emit(message)
        if outcome.is_finished and isinstance(job, SceneJob):
            self.demo_made.emit(job.output)

    def _release_folder(self, *, is_finished: bool = False) -> None:
        """Forget the folder of the run; remove it without results, unless the run can go on."""
        folder, self._folder = self._folder, None
        record, self._record = self._record, None
        if folder is None:
            return
        if record is None or is_finished:
            remove_unfinished(str(folder))
        if record is not None:
            record.end(can_go_on=not is_finished and is_unfinished(str(folder)))
        release_folder(folder)
