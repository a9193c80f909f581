# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels the area again with an improved model, and shows what changed; without widgets.

Polygons that a person edited or reviewed are carried over into the new result.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict, Optional

from qgis.core import QgsProcessingUtils
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..engine_client.engine_run import EngineRun
from ..errors import outcome_text
from ..i18n import tr
from ..layers.class_rasters import label_job_of
from ..layers.incremental_runner import IncrementalRunner
from ..layers.inputs import file_and_layer
from ..layers.outputs import CONFIDENCE, add_changes, results_incrementally
from ..layers.polygon_carry_over import FormerResult, PolygonCarryOver, layers_of_run
from ..layers.results import ROLE
from ..layers.run_folder import release_folder, reserve_folder, run_name
from ..models import legend_of
from ..progress_estimate import ProgressEstimate
from ..protocol import ChangesJob, LabelJob, Progress, SceneInput, remove_unfinished
from .draft_layers import base_of

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject

    from ..engine_client.task import Runner
    from ..protocol import Event, Job, Outcome
    from .draft import FinetuneDraft

CHANGES = "changes"
COUNT = "changes_count"  # metric


class Relabeling(QObject):
    """Labels the area of the last result again.

    Args:
        runner: function that runs a job.
        project: project with the last result, which gets the new one.
    """

    progressed = pyqtSignal(int, str)
    ended = pyqtSignal(str)  # what went wrong; empty if nothing did

    def __init__(
        self, runner: Runner, project: QgsProject, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._run = EngineRun(runner)
        self._project = project
        self._progress = ProgressEstimate()
        self._carry_over, self._adding = PolygonCarryOver(), IncrementalRunner()
        self._before = ""  # class raster of the last result
        self._former_run = ""
        self._folder: Optional[Path] = None
        self.kept = 0  # polygons that were carried over
        self.areas_m2: Dict[str, float] = {}  # metrics of the changes

    @property
    def is_running(self) -> bool:
        """Whether something is running."""
        return self._run.is_busy or self._carry_over.is_running or self._adding.is_running

    def start(self, draft: FinetuneDraft, model: str) -> None:
        """Label the area of the last result again, or the whole image without a result.

        Raises:
            OrthoscribeError: if no folder can be created.
        """
        base = base_of(draft, self._project)
        former = label_job_of(base.classes) if base is not None else None
        self._before = file_and_layer(base.classes)[0] if base is not None else ""
        self._former_run = base.run_id if base is not None else ""
        parent = (
            Path(self._before).parent.parent
            if self._before
            else Path(QgsProcessingUtils.generateTempFilename("orthoscribe"))
        )
        name = run_name(model, dt.datetime.now().astimezone())
        self._folder = reserve_folder(parent, name)
        self.kept, self.areas_m2 = 0, {}
        job = relabel_job(draft, former, model, self._folder)
        title = tr("Orthoscribe labeling")
        self._start_job(title, job, lambda outcome: self._end_labeling(job, outcome))

    def cancel(self) -> None:
        """Request cancellation; `ended` still follows."""
        self._run.cancel()
        self._carry_over.cancel()

    def teardown(self) -> None:
        """Let the engine end the job; a folder without results is removed later."""
        self._carry_over.teardown()
        self._adding.teardown()
        folder, self._folder = self._folder, None
        self._run.abandon(lambda: _discard(folder) if folder is not None else None)

    def _start_job(self, title: str, job: Job, on_outcome: Callable[[Outcome], None]) -> None:
        self._progress = ProgressEstimate()
        self._run.start(title, job, self._on_event, on_outcome)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._progress.feed(event)
            self.progressed.emit(self._progress.percent, self._progress.text)

    def _end_labeling(self, job: LabelJob, outcome: Outcome) -> None:
        if not outcome.is_finished:
            self._fail(outcome)
            return
        self.progressed.emit(100, tr("Keeping the polygons that you edited"))
        self._carry_over.start(
            [FormerResult(self._former_layers())],
            job,
            outcome,
            lambda count, problem: self._end_carry_over(job, outcome, count, problem),
        )

    def _end_carry_over(self, job: LabelJob, outcome: Outcome, count: int, problem: str) -> None:
        self.kept = count
        self._show(job, outcome, problem)

    def _show(self, job: LabelJob, outcome: Outcome, problem: str = "") -> None:
        shown = {layer.customProperty(ROLE) for layer in self._former_layers()}
        steps = results_incrementally(
            outcome, job, self._project, with_confidence=CONFIDENCE in shown
        )
        self._adding.start(steps, lambda group: self._compare(job, outcome, group, problem))

    def _compare(self, job: LabelJob, outcome: Outcome, group: str, problem: str) -> None:
        """Find what changed, once the layers are in their group, which is given by name."""
        self._folder = None
        if not self._before or problem:
            self.ended.emit(problem)
            return
        changes = ChangesJob(
            before=self._before,
            after=outcome.artifacts["classes"],
            output=str(Path(job.output) / CHANGES),
            legend=legend_of(job.model),
        )
        title = tr("Orthoscribe changes")
        self._start_job(title, changes, lambda made: self._end_changes(changes, made, group))

    def _end_changes(self, job: ChangesJob, outcome: Outcome, group: str) -> None:
        if not outcome.is_finished:
            self._fail(outcome)
            return
        self.areas_m2 = dict(outcome.metrics)
        if outcome.metrics.get(COUNT):
            add_changes(outcome, job, group, self._project)
        self.ended.emit("")

    def _fail(self, outcome: Outcome) -> None:
        self._release()
        self.ended.emit(tr(outcome_text(outcome)))

    def _former_layers(self) -> list[QgsMapLayer]:
        """Return the layers of the last result."""
        return layers_of_run(self._former_run, self._project)

    def _release(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            _discard(folder)


def _discard(folder: Path) -> None:
    """Remove what can be resumed, since nothing offers that, and a folder without results."""
    remove_unfinished(str(folder))
    release_folder(folder)


def relabel_job(
    draft: FinetuneDraft, former: Optional[LabelJob], model: str, folder: Path
) -> LabelJob:
    """Return the job that labels an area again.

    Args:
        draft: draft with image and heights.
        former: job of the last result, whose options are kept; None without one.
        model: improved model.
        folder: folder of the new result.
    """
    scene = {each.name: getattr(draft, each.name) for each in fields(SceneInput)}
    job = former if former is not None and former.image == draft.image else LabelJob(**scene)
    return replace(
        job,
        model=model,
        output=str(folder),
        classes="",
        polygons="",
        confidence=str(folder / "confidence.tif"),
        band_ranges=(),
    )
