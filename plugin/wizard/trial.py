# SPDX-License-Identifier: GPL-2.0-or-later
"""A look at what a model labels in the visible part of the map; without widgets.

To try, a model is first trained for less than a minute, from the model to improve and with all
polygons so far, so trials do not build upon each other. To compare, a trained model is given.
"""

from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Tuple

from qgis.core import QgsProcessingUtils, QgsRectangle
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..engine_client.engine_run import EngineRun
from ..errors import outcome_text
from ..i18n import tr
from ..layers.run_folder import reserve_folder
from ..layers.trial_layers import TrialLayers
from ..progress_estimate import ProgressEstimate
from ..protocol import LabelJob, OrthoscribeError, Progress, SceneInput

if TYPE_CHECKING:
    from qgis.core import QgsProject, QgsRasterLayer

    from ..engine_client.task import Runner
    from ..protocol import Event, Extent, FinetuneJob, Job, Outcome
    from .draft import FinetuneDraft

MOST_PX = 3_000_000  # of the part that is labeled: a few seconds on two cores
MODEL, OLD, NEW = "model", "old", "new"

Step = Tuple[str, "Job"]


class Trial(QObject):
    """Runs the jobs of a trial one after the other, and shows their labels.

    Args:
        runner: function that runs a job.
        project: project that gets the layers.
    """

    progressed = pyqtSignal(int, str)  # percentage of the current job, and text
    ended = pyqtSignal(str)  # what went wrong; empty if nothing did

    def __init__(
        self, runner: Runner, project: QgsProject, parent: Optional[QObject] = None
    ) -> None:
        super().__init__(parent)
        self._run = EngineRun(runner)
        self.layers = TrialLayers(project)
        self._progress = ProgressEstimate()
        self._steps: List[Step] = []
        self._folder: Optional[Path] = None

    @property
    def is_running(self) -> bool:
        """Whether a job is running."""
        return self._run.is_busy

    def start(self, draft: FinetuneDraft, extent: Extent, model: str = "") -> None:
        """Show what a model labels in `extent`, instead of an earlier trial.

        Args:
            draft: draft with the inputs, and the model to improve.
            extent: part of the image in its CRS.
            model: trained model; empty: one is trained for less than a minute.

        Raises:
            OrthoscribeError: if no folder can be created or the draft has an invalid value.
        """
        self.undo()
        parent = Path(QgsProcessingUtils.generateTempFilename("orthoscribe_trial"))
        self._folder = folder = reserve_folder(parent, "trial")
        self._steps = []
        if not model:
            model = str(folder / MODEL)
            self._steps.append((MODEL, trial_job(draft, model)))
        if not self.layers.has_result():
            self._steps.append((OLD, label_job(draft, extent, draft.start, folder / OLD)))
        self._steps.append((NEW, label_job(draft, extent, model, folder / NEW)))
        self._go_on()

    def cancel(self) -> None:
        """Request cancellation; `ended` still follows."""
        self._steps = []
        self._run.cancel()

    def undo(self) -> None:
        """Remove the layers of the trial; the last result is shown as before."""
        self.layers.remove()
        self._discard_folder()

    def teardown(self) -> None:
        """Remove the layers, and let the engine end the job; what it writes is removed later."""
        self._steps = []
        self.layers.remove()
        folder, self._folder = self._folder, None
        self._run.abandon(lambda: _remove(folder))

    def _go_on(self) -> None:
        name, job = self._steps.pop(0)
        self._progress = ProgressEstimate()
        title = tr("Orthoscribe trial")
        self._run.start(title, job, self._on_event, lambda outcome: self._end(name, job, outcome))

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._progress.feed(event)
            self.progressed.emit(self._progress.percent, self._progress.text)

    def _end(self, name: str, job: Job, outcome: Outcome) -> None:
        if not outcome.is_finished:
            self._steps = []
            self.undo()
            self.ended.emit(
                tr("The trial was canceled.") if outcome.is_canceled else outcome_text(outcome)
            )
            return
        if isinstance(job, LabelJob):
            show = self.layers.show_old if name == OLD else self.layers.show_new
            show(outcome, job)
        if not self._steps:
            self.ended.emit("")
            return
        try:
            self._go_on()
        except OrthoscribeError as error:
            self.ended.emit(str(error))

    def _discard_folder(self) -> None:
        folder, self._folder = self._folder, None
        _remove(folder)


def _remove(folder: Optional[Path]) -> None:
    if folder is not None:
        shutil.rmtree(folder.parent, ignore_errors=True)


def trial_job(draft: FinetuneDraft, folder: str) -> FinetuneJob:
    """Return the job that trains a model for a trial."""
    title = tr("Trial")
    return draft.to_job("preview", name="", output=folder, minutes=0.0, title=title)


def label_job(draft: FinetuneDraft, extent: Extent, model: str, folder: Path) -> LabelJob:
    """Return the job that labels a part of the image into a folder."""
    scene = {each.name: getattr(draft, each.name) for each in fields(SceneInput)}
    return LabelJob(**scene, model=model, output=str(folder), extent=extent, draw_polygons=False)


def trial_extent(
    visible: Optional[Extent], image: QgsRasterLayer, most_px: int = MOST_PX
) -> Optional[Extent]:
    """Return the part of the image to label: what is visible, at most `most_px` in its middle.

    Args:
        visible: visible extent in the CRS of the image; None if it is unknown.
        image: layer of the image.
        most_px: largest number of pixels.

    Returns:
        The part in the CRS of the image; None if no pixel is visible.
    """
    whole = image.extent()
    shown = QgsRectangle(*visible) if visible is not None else whole
    if not shown.intersects(whole):
        return None
    part = shown.intersect(whole)
    pixel = image.rasterUnitsPerPixelX() * image.rasterUnitsPerPixelY()
    if part.isEmpty() or pixel <= 0:
        return None
    part.scale(min(1.0, (most_px * pixel / part.area()) ** 0.5))
    return (part.xMinimum(), part.yMinimum(), part.xMaximum(), part.yMaximum())
