# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock: it wires its sections to the presenter, and the presenter's job to the engine."""

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
from ..layers.inputs import area_source
from ..layers.outputs import add_results
from ..layers.scene import add_scene, has_scene
from ..protocol import LabelJob, Log, OrthoscribeError, Progress
from ..settings import OUTPUT_FOLDER
from .arrangement import scrolling_above, zoom_to
from .command import command_of, job_to_copy
from .demo import demo_folder, demo_job
from .ending import FAILURE, NOTE, SUCCESS, Message, message_of
from .engine_run import EngineRun
from .heights_control import HeightsControl
from .layer_watch import LayerWatch
from .pace import Pace
from .presenter import LabelPresenter
from .preview_control import PreviewControl
from .run_folder import release_folder, reserve_folder, run_name
from .run_section import RunSection
from .sections import Sections
from .setup_panel import SetupPanel
from .state import POLYGONS, DockState
from .temporary import TemporaryResults

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from ..protocol import Event, Job, Outcome

SETTLE_MS = 150
TICK_MS = 1000
LINES_KEPT = 500


class OrthoscribeDock(QgsDockWidget):
    """From two layers to labeled polygons.

    Args:
        iface: QGIS's window.
        parent: its main window.
        runner: runs a job; tests give another one.
        installer: sets up the engine; tests give another one.
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
        self._pace = Pace()
        self._said: List[str] = []
        self._temporary = TemporaryResults(self._project)
        self._folder: Optional[Path] = None  # of the run that is going on
        self._must_pick = True
        self._told_about: Optional[LabelJob] = None  # the inputs at the time of the message
        self._setup = SetupPanel(installer or Installer())
        self._sections = Sections(iface.mapCanvas(), self._project)
        self._controls = RunSection()
        self._preview = PreviewControl(self._sections.image)
        self._heights = HeightsControl(self._sections.heights, self._project)
        self._watch = LayerWatch(self)
        self._settle = self._timer(SETTLE_MS, self._refresh, is_single=True)
        self._tick = self._timer(TICK_MS, self._show_pace)
        self.setWidget(scrolling_above((self._setup, self._sections), self._controls))
        self._connections = self._connected()
        self._refresh()

    def state(self) -> DockState:
        """Return what the dock shows."""
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
        """End what runs, within three seconds, and let go of everything; legal twice."""
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = ()
        for timer in (self._settle, self._tick):
            timer.stop()
        self._watch.follow(())
        self._preview.teardown()
        self._heights.teardown()
        self._setup.teardown()
        self._run.teardown()
        self._let_go_of_folder()

    def _connected(self) -> Tuple[Tuple[Any, Any], ...]:
        """Connect everything and return it, to be taken apart again."""
        connections = (
            (self._project.layersAdded, self._take_layers),
            (self._project.layersRemoved, self._take_layers),
            (self._iface.currentLayerChanged, self._take_layers),
            (self._iface.mapCanvas().extentsChanged, self._refresh_soon),
            (self._sections.changed, self._refresh_soon),
            (self._sections.bands_changed, self._preview.renew_soon),
            (self._preview.changed, self._refresh_soon),
            (self._sections.heights.changed, self._heights.renew_soon),
            (self._heights.changed, self._refresh_soon),
            (self._watch.changed, self._refresh_soon),
            (self._watch.changed, self._preview.renew_soon),
            (self._watch.changed, self._heights.renew_soon),
            (self._setup.changed, self._refresh_soon),
            (self._controls.run_pressed, self._label),
            (self._controls.cancel_pressed, self._cancel),
            (self._controls.demo_pressed, self._try_demo),
            (self._controls.command_pressed, self._copy_command),
            (self._controls.save_pressed, self._ask_where_to_save),
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

    def _take_layers(self) -> None:
        # Later: the layer tree hears of new layers after us.
        self._must_pick = True
        self._refresh_soon()

    def _refresh_soon(self) -> None:
        self._settle.start()

    def _refresh(self) -> None:
        if self._must_pick:
            self._must_pick = False
            self._sections.pick(self._iface.activeLayer())
        self._watch.follow(self._sections.rasters())
        state = self.state()
        presenter = LabelPresenter(state)
        if self._told_about is not None and self._told_about != presenter.inputs():
            self._tell(None)
        self._sections.heights.ask_for_terrain(presenter.wants_terrain())
        self._sections.labeling.ask_for_polygons(presenter.wants_polygons())
        self._controls.show_findings(presenter.findings())
        self._controls.allow(run=presenter.can_run(), demo=presenter.can_try_demo())
        self._controls.offer_model("" if state.is_busy else presenter.offered_model())
        self._controls.offer_saving(not state.is_busy and bool(self._temporary.unsaved()))

    def _tell(self, message: Optional[Message]) -> None:
        """Show a message until an input changes."""
        self._told_about = LabelPresenter(self.state()).inputs() if message else None
        self._controls.show_message(message)

    def _label(self) -> None:
        state = self.state()
        if not LabelPresenter(state).can_run():  # something changed since the button was enabled
            self._refresh()
            return
        try:
            state = self._with_folder(self._with_area(state))
        except OrthoscribeError as error:
            self._tell(Message(FAILURE, str(error)))
            return
        self._sections.remember()
        self._start(tr("Orthoscribe: labeling"), LabelPresenter(state).job())

    def _with_area(self, state: DockState) -> DockState:
        """Return the state with the area's polygons in a file that holds nothing else."""
        if state.area != POLYGONS:
            return state
        context = QgsProcessingContext()
        context.setTransformContext(self._project.transformContext())
        return replace(state, polygons=area_source(self._sections.labeling.polygons(), context))

    def _with_folder(self, state: DockState) -> DockState:
        """Return the state with a new folder for this run alone."""
        name = run_name(state.model, dt.datetime.now().astimezone())
        self._folder = reserve_folder(Path(state.output).expanduser().absolute(), name)
        return replace(state, output=str(self._folder))

    def _let_go_of_folder(self) -> None:
        """Remove the folder of a run that left nothing."""
        folder, self._folder = self._folder, None
        if folder is not None:
            release_folder(folder)

    def _try_demo(self) -> None:
        if has_scene(demo_folder()):
            self._tell(self._show_demo(demo_folder()))
        else:
            self._start(tr("Orthoscribe: making the demo scene"), demo_job())

    def _start(self, title: str, job: Job) -> None:
        self._pace = Pace()
        self._said = []
        self._controls.show_busy()
        self._show_pace()
        self._tick.start()
        self._run.start(title, job, self._hear, lambda outcome: self._end(job, outcome))

    def _cancel(self) -> None:
        self._tick.stop()
        self._controls.show_canceling()
        self._run.cancel()

    def _hear(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._pace.feed(event)
            self._show_pace()
        elif isinstance(event, Log):
            self._said = [*self._said[1 - LINES_KEPT :], f"{event.level}: {event.message}"]

    def _show_pace(self) -> None:
        if self._tick.isActive() or not self._pace.percent:
            self._controls.show_progress(self._pace.percent, self._pace.text)

    def _end(self, job: Job, outcome: Outcome) -> None:
        self._tick.stop()
        self._controls.show_idle()
        is_temporary = self._temporary.holds(Path(job.output))
        message = message_of(outcome, job, self._said, is_temporary=is_temporary)
        if outcome.is_finished:
            message = self._take_results(job, outcome, message)
        self._let_go_of_folder()
        self._tell(message)
        self._refresh()

    def _take_results(self, job: Job, outcome: Outcome, message: Message) -> Message:
        """Show the results and return what to say about them."""
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
        self._sections.choose(image, dsm)
        zoom_to(image, self._iface.mapCanvas(), self._project)
        return Message(NOTE, tr("The demo scene is on the map: press Run."))

    def _copy_command(self) -> None:
        state = self.state()
        crs = state.image.crs if state.image else ""
        job = job_to_copy(state, self._sections.labeling.output())
        QApplication.clipboard().setText(command_of(job, crs))
        self._tell(Message(NOTE, tr("The command is on the clipboard.")))

    def _ask_where_to_save(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, tr("Choose the folder in which the results are saved"), OUTPUT_FOLDER.read()
        )
        if folder:
            self.save_results(Path(folder))

    def save_results(self, parent: Path) -> None:
        """Save the temporary results into new folders in `parent`; their layers follow."""
        try:
            kept = self._temporary.save(parent)
        except OrthoscribeError as error:
            message = Message(FAILURE, str(error))
        else:
            places = ", ".join(map(str, kept))
            message = Message(SUCCESS, tr("The results are in {folder}.").format(folder=places))
        self._tell(message)
        self._refresh()
