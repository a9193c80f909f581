# SPDX-License-Identifier: GPL-2.0-or-later
"""Preview of the polygons of the current view, drawn again after each change; without widgets."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..engine_client.engine_run import EngineRun
from ..errors import outcome_text
from ..i18n import tr
from ..layers.run_folder import reserve_folder
from ..protocol import OrthoscribeError
from ..widgets.delay_timer import delay_timer

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from ..layers.preview_layers import PreviewLayers
    from ..protocol import Outcome, VectorizeJob

REST_MS = 400
FOLDER = "polygons_preview"


class PolygonPreview(QObject):
    """Runs the jobs of a preview, one at a time, and shows their polygons.

    A running job is not canceled by a newer one: it ends within a second or two, and a canceled
    engine would have to start again.

    Args:
        runner: function that runs a job.
        layers: layers of the preview.
        parent_folder: function that returns the parent of the temporary folders.
    """

    changed = pyqtSignal(str)  # text about the preview

    def __init__(
        self,
        runner: Runner,
        layers: PreviewLayers,
        parent_folder: Callable[[], str],
        parent: Optional[QObject] = None,
    ) -> None:
        super().__init__(parent)
        self._run = EngineRun(runner)
        self._layers = layers
        self._parent_folder = parent_folder
        self._wanted: Optional[VectorizeJob] = None
        self._drawn: Optional[VectorizeJob] = None
        self._timer = delay_timer(self, REST_MS, self._draw)
        self.seconds = 0.0  # duration of the last job

    def request(self, job: Optional[VectorizeJob]) -> None:
        """Draw the polygons of a job once no newer request has come for a while.

        Args:
            job: job without an output folder; None keeps what is drawn.
        """
        self._wanted = job
        if job is None or job == self._drawn:
            self._timer.stop()
        else:
            self._timer.start()

    def clear(self) -> None:
        """Remove the preview from the project."""
        self._timer.stop()
        self._wanted = self._drawn = None
        self._layers.remove()

    def teardown(self) -> None:
        """End the running work within three seconds."""
        self._timer.stop()
        self._wanted = None
        self._run.teardown()

    def _draw(self) -> None:
        job = self._wanted
        if job is None or job == self._drawn or self._run.is_busy:
            return
        try:
            folder = reserve_folder(Path(self._parent_folder()), FOLDER)
        except OrthoscribeError as error:
            self.changed.emit(str(error))
            return
        self._drawn = job
        start_s = time.monotonic()
        self.changed.emit(tr("Drawing the polygons of the view…"))
        self._run.start(
            tr("Orthoscribe polygons"),
            replace(job, output=str(folder)),
            lambda _: None,
            lambda outcome: self._end(job, folder, outcome, time.monotonic() - start_s),
        )

    def _end(self, job: VectorizeJob, folder: Path, outcome: Outcome, seconds: float) -> None:
        self.seconds = seconds
        if outcome.is_finished and self._drawn is not None:  # not cleared meanwhile
            self._layers.show(outcome, job)
            self.changed.emit(_drawn_text(job, seconds))
        else:
            shutil.rmtree(folder, ignore_errors=True)
            self.changed.emit(tr(outcome_text(outcome)))
        self._draw()


def _drawn_text(job: VectorizeJob, seconds: float) -> str:
    missing = tr("without heights") if job.confidence else tr("without heights and confidence")
    return tr("Drawn in {seconds:.1f} s, {missing}.").format(seconds=seconds, missing=missing)
