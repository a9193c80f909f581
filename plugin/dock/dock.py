# SPDX-License-Identifier: GPL-2.0-or-later
"""Dock widget: connects its sections to the presenter, and the presenter's job to the engine."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from qgis.core import QgsProcessingContext, QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QWidget

from ..engine_client.installer import Installer
from ..engine_client.run import run_job
from ..i18n import tr
from ..layers.demo_scene import add_scene, has_scene
from ..layers.inputs import area_source
from ..layers.outputs import add_results
from ..progress_estimate import ProgressEstimate
from ..protocol import LabelJob, Log, OrthoscribeError, Progress
from ..settings import OUTPUT_FOLDER
from .command import job_to_copy, qgis_process_command
from .demo import demo_folder, demo_job
from .engine_run import EngineRun
from .heights_sampler import HeightsSampler
from .input_sections import InputSections
from .layer_watcher import LayerWatcher
from .layout import with_fixed_controls
from .map_canvas import zoom_to_layer
from .presenter import LabelPresenter
from .preview_sampler import PreviewSampler
from .run_folder import release_folder, reserve_folder, run_name
from .run_message import FAILURE, NOTE, SUCCESS, Message, message_about
from .run_section import RunSection
from .setup_panel import SetupPanel
from .state import POLYGONS, DockState
from .temporary_results import TemporaryResults

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from ..protocol import Event, Job, Outcome

DELAY_MS = 150
PROGRESS_INTERVAL_MS = 1000
LOG_LINES = 500


class OrthoscribeDock(QgsDockWidget):
    """Dock widget for labeling image and height layers of the project.

    Args:
        iface: QGIS interface.
        parent: main window of QGIS.
        runner: function that runs a job, replaced in tests.
        installer: installer of the engine, replaced in tests.
    """

    def __init__(
        self,
        iface: Any,
        parent: Optional[QWidget] = None,
        *,
        runner: Runner = run_job,
        installer: Optional[Installer] = None,
    ) -> None:
        super().__init__(tr("Orthoscribe"), parent)
        self.setObjectName("OrthoscribeDock")
        self._iface = iface
        self._project = QgsProject.instance()
        self._run = EngineRun(runner)
        self._progress = ProgressEstimate()
        self._log_lines: List[str] = []
        self._temporary = TemporaryResults(self._project)
        self._folder: Optional[Path] = None  # output folder of the current run
        self._needs_default_layers = True
        self._message_inputs: Optional[LabelJob] = None  # inputs when the message was shown
        self._setup = SetupPanel(installer or Installer())
        self._sections = InputSections(iface.mapCanvas(), self._project)
        self._controls = RunSection()
        self._preview = PreviewSampler(self._sections.image)
        self._heights = HeightsSampler(self._sections.heights, self._project)
        self._layer_watcher = LayerWatcher(self)
        self._delay_timer = self._timer(DELAY_MS, self._refresh, is_single=True)
        self._progress_timer = self._timer(PROGRESS_INTERVAL_MS, self._show_progress)
        self.setWidget(with_fixed_controls((self._setup, self._sections), self._controls))
        self._connections = self._connect()
        self._refresh()

    def state(self) -> DockState:
        """Return the current state of the dock."""
        return self._sections.read(
            output=self._sections.labeling.output() or self._temporary.parent,
            bands_hint=self._preview.hint,
            image_remarks=self._preview.gaps,
            heights_remarks=self._heights.remarks,
            has_engine=self._setup.has_engine(),
            is_engine_changing=self._setup.is_busy,
            is_busy=self._run.is_busy,
        )

    def teardown(self) -> None:
        """End running work within three seconds and disconnect; may be called more than once."""
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = ()
        for timer in (self._delay_timer, self._progress_timer):
            timer.stop()
        self._layer_watcher.watch(())
        self._preview.teardown()
        self._heights.teardown()
        self._setup.teardown()
        self._run.teardown()
        self._release_folder()

    def _connect(self) -> Tuple[Tuple[Any, Any], ...]:
        """Connect all signals and return the connections, for `teardown`."""
        connections = (
            (self._project.layersAdded, self._on_layers_changed),
            (self._project.layersRemoved, self._on_layers_changed),
            (self._iface.currentLayerChanged, self._on_layers_changed),
            (self._iface.mapCanvas().extentsChanged, self._schedule_refresh),
            (self._sections.changed, self._schedule_refresh),
            (self._sections.bands_changed, self._preview.schedule_update),
            (self._preview.changed, self._schedule_refresh),
            (self._sections.heights.changed, self._heights.schedule_update),
            (self._heights.changed, self._schedule_refresh),
            (self._layer_watcher.changed, self._schedule_refresh),
            (self._layer_watcher.changed, self._preview.schedule_update),
            (self._layer_watcher.changed, self._heights.schedule_update),
            (self._setup.changed, self._schedule_refresh),
            (self._controls.run_pressed, self._label),
            (self._controls.cancel_pressed, self._cancel),
            (self._controls.demo_pressed, self._show_or_make_demo),
            (self._controls.command_pressed, self._copy_command),
            (self._controls.save_pressed, self._choose_save_folder),
            (self._controls.model_pressed, self._sections.labeling.choose_model),
        )
        for signal, slot in connections:
            signal.connect(slot)
        return connections

    def _timer(self, interval_ms: int, slot: Any, *, is_single: bool = False) -> QTimer:
        timer = QTimer(self)
        timer.setInterval(interval_ms)
        timer.setSingleShot(is_single)
        timer.timeout.connect(slot)
        return timer

    def _on_layers_changed(self) -> None:
        # Deferred, because the layer tree is updated after this signal.
        self._needs_default_layers = True
        self._schedule_refresh()

    def _schedule_refresh(self) -> None:
        self._delay_timer.start()

    def _refresh(self) -> None:
        if self._needs_default_layers:
            self._needs_default_layers = False
            self._sections.select_default_layers(self._iface.activeLayer())
        self._layer_watcher.watch(self._sections.rasters())
        state = self.state()
        presenter = LabelPresenter(state)
        if self._message_inputs is not None and self._message_inputs != presenter.inputs():
            self._show_message(None)
        self._sections.heights.show_terrain_layer(presenter.wants_terrain())
        self._sections.labeling.show_polygon_layer(presenter.wants_polygons())
        self._controls.show_findings(presenter.findings())
        self._controls.enable_buttons(run=presenter.can_run(), demo=presenter.can_try_demo())
        self._controls.show_model_button("" if state.is_busy else presenter.offered_model())
        self._controls.show_save_button(not state.is_busy and bool(self._temporary.unsaved()))

    def _show_message(self, message: Optional[Message]) -> None:
        """Show a message until an input changes; None hides it."""
        self._message_inputs = LabelPresenter(self.state()).inputs() if message else None
        self._controls.show_message(message)

    def _label(self) -> None:
        state = self.state()
        if not LabelPresenter(state).can_run():  # the state changed after the button was enabled
            self._refresh()
            return
        try:
            state = self._with_folder(self._with_area(state))
        except OrthoscribeError as error:
            self._show_message(Message(FAILURE, str(error)))
            return
        self._sections.save_settings()
        self._start(tr("Orthoscribe labeling"), LabelPresenter(state).job())

    def _with_area(self, state: DockState) -> DockState:
        """Return the state with a file that contains exactly the polygons of the area."""
        if state.area != POLYGONS:
            return state
        context = QgsProcessingContext()
        context.setTransformContext(self._project.transformContext())
        return replace(state, polygons=area_source(self._sections.labeling.polygons(), context))

    def _with_folder(self, state: DockState) -> DockState:
        """Return the state with a new folder for this run."""
        name = run_name(state.model, dt.datetime.now().astimezone())
        self._folder = reserve_folder(Path(state.output).expanduser().absolute(), name)
        return replace(state, output=str(self._folder))

    def _release_folder(self) -> None:
        """Forget the folder of the run, and remove it if it has no results."""
        folder, self._folder = self._folder, None
        if folder is not None:
            release_folder(folder)

    def _show_or_make_demo(self) -> None:
        if has_scene(demo_folder()):
            self._show_message(self._show_demo(demo_folder()))
        else:
            self._start(tr("Orthoscribe demo scene"), demo_job())

    def _start(self, title: str, job: Job) -> None:
        self._progress = ProgressEstimate()
        self._log_lines = []
        self._controls.show_busy()
        self._show_progress()
        self._progress_timer.start()
        self._run.start(title, job, self._on_event, lambda outcome: self._end(job, outcome))

    def _cancel(self) -> None:
        self._progress_timer.stop()
        self._controls.show_canceling()
        self._run.cancel()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._progress.feed(event)
            self._show_progress()
        elif isinstance(event, Log):
            self._log_lines = [
                *self._log_lines[1 - LOG_LINES :],
                f"{event.level}: {event.message}",
            ]

    def _show_progress(self) -> None:
        if self._progress_timer.isActive() or not self._progress.percent:
            self._controls.show_progress(self._progress.percent, self._progress.text)

    def _end(self, job: Job, outcome: Outcome) -> None:
        self._progress_timer.stop()
        self._controls.show_idle()
        is_temporary = self._temporary.holds(Path(job.output))
        message = message_about(outcome, job, self._log_lines, is_temporary=is_temporary)
        if outcome.is_finished:
            message = self._add_results(job, outcome, message)
        self._release_folder()
        self._show_message(message)
        self._refresh()

    def _add_results(self, job: Job, outcome: Outcome, message: Message) -> Message:
        """Add the results to the project and return the message to show."""
        if not isinstance(job, LabelJob):
            return self._show_demo(Path(job.output))
        add_results(outcome, job, self._project)
        if self._temporary.holds(Path(job.output)):
            self._temporary.add(Path(job.output))
        return message

    def _show_demo(self, folder: Path) -> Message:
        try:
            image, dsm = add_scene(folder, self._project)
        except OrthoscribeError as error:
            return Message(FAILURE, str(error))
        self._sections.select_layers(image, dsm)
        zoom_to_layer(image, self._iface.mapCanvas(), self._project)
        return Message(NOTE, tr("The demo scene was added to the map. Press Run to label it."))

    def _copy_command(self) -> None:
        state = self.state()
        crs = state.image.crs if state.image else ""
        job = job_to_copy(state, self._sections.labeling.output())
        QApplication.clipboard().setText(qgis_process_command(job, crs))
        self._show_message(Message(NOTE, tr("The command was copied to the clipboard.")))

    def _choose_save_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, tr("Choose a folder for the results"), OUTPUT_FOLDER.read()
        )
        if folder:
            self.save_results(Path(folder))

    def save_results(self, parent: Path) -> None:
        """Save the temporary results to new folders in `parent`, and update their layers."""
        try:
            folders = self._temporary.save(parent)
        except OrthoscribeError as error:
            message = Message(FAILURE, str(error))
        else:
            places = ", ".join(map(str, folders))
            message = Message(SUCCESS, tr("The results are in {folder}.").format(folder=places))
        self._show_message(message)
        self._refresh()
