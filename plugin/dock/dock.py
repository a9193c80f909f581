# SPDX-License-Identifier: GPL-2.0-or-later
"""The dock: it wires its sections to the presenter, and the presenter's job to the engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from qgis.core import QgsCoordinateTransform, QgsProcessingContext, QgsProcessingUtils, QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from ..engine_client.installer import Installer
from ..engine_client.run import run_job
from ..i18n import tr
from ..layers.inputs import area_source
from ..layers.outputs import add_results
from ..layers.scene import add_scene, has_scene
from ..protocol import LabelJob, Log, OrthoscribeError, Progress
from .command import command_of
from .demo import demo_folder, demo_job
from .ending import FAILURE, NOTE, Message, message_of
from .engine_run import EngineRun
from .pace import Pace
from .presenter import LabelPresenter
from .preview_control import PreviewControl
from .run_section import RunSection
from .sections import Sections
from .setup_panel import SetupPanel
from .state import POLYGONS, DockState

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from ..protocol import Event, Job, Outcome

SETTLE_MS = 150
TICK_MS = 1000
LINES_KEPT = 500
MARGIN = 1.05


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
        self._temporary = ""
        self._must_pick = True
        self._setup = SetupPanel(installer or Installer())
        self._sections = Sections(iface.mapCanvas(), self._project)
        self._controls = RunSection()
        self._preview = PreviewControl(self._sections.image)
        self._settle = self._timer(SETTLE_MS, self._refresh, is_single=True)
        self._tick = self._timer(TICK_MS, self._show_pace)
        self.setWidget(self._arranged())
        self._connections = self._connected()
        self._refresh()

    def state(self) -> DockState:
        """Return what the dock shows."""
        return self._sections.read(
            output=self._output(),
            bands_hint=self._preview.hint,
            has_engine=self._setup.has_engine(),
            is_busy=self._run.is_busy,
        )

    def teardown(self) -> None:
        """End what runs, within three seconds, and let go of everything; legal twice."""
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = ()
        for timer in (self._settle, self._tick):
            timer.stop()
        self._preview.teardown()
        self._setup.teardown()
        self._run.teardown()

    def _arranged(self) -> QWidget:
        """Return the sections, scrolling, above the controls, always in sight."""
        inputs = QWidget()
        column = QVBoxLayout(inputs)
        column.addWidget(self._setup)
        column.addWidget(self._sections)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("orthoscribe_inputs")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inputs)
        bar_px = scroll.verticalScrollBar().sizeHint().width()
        scroll.setMinimumWidth(inputs.minimumSizeHint().width() + bar_px)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll, 1)
        layout.addWidget(self._controls)
        return content

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
            (self._setup.changed, self._refresh_soon),
            (self._controls.run_pressed, self._label),
            (self._controls.cancel_pressed, self._cancel),
            (self._controls.demo_pressed, self._try_demo),
            (self._controls.command_pressed, self._copy_command),
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
        presenter = LabelPresenter(self.state())
        self._sections.heights.ask_for_terrain(presenter.wants_terrain())
        self._sections.labeling.ask_for_polygons(presenter.wants_polygons())
        self._controls.show_findings(presenter.findings())
        self._controls.allow(run=presenter.can_run(), demo=presenter.can_try_demo())

    def _label(self) -> None:
        state = self.state()
        if not LabelPresenter(state).can_run():  # something changed since the button was enabled
            self._refresh()
            return
        try:
            job = LabelPresenter(self._with_area(state)).job()
        except OrthoscribeError as error:
            self._controls.show_message(Message(FAILURE, str(error)))
            return
        self._sections.remember()
        self._start(tr("Orthoscribe: labeling"), job)

    def _with_area(self, state: DockState) -> DockState:
        """Return the state with the area's polygons in a file that holds nothing else."""
        if state.area != POLYGONS:
            return state
        context = QgsProcessingContext()
        context.setTransformContext(self._project.transformContext())
        return replace(state, polygons=area_source(self._sections.labeling.polygons(), context))

    def _try_demo(self) -> None:
        if has_scene(demo_folder()):
            self._show_demo(demo_folder())
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
        is_temporary = job.output == self._temporary
        message = message_of(outcome, job, self._said, is_temporary=is_temporary)
        if outcome.is_finished:
            message = self._take_results(job, outcome, message)
        self._controls.show_message(message)
        self._refresh()

    def _take_results(self, job: Job, outcome: Outcome, message: Message) -> Message:
        """Show the results and return what to say about them."""
        if not isinstance(job, LabelJob):
            return self._show_demo(Path(job.output))
        add_results(outcome, job, self._project)
        self._temporary = ""
        return message

    def _show_demo(self, folder: Path) -> Message:
        try:
            image, dsm = add_scene(folder, self._project)
        except OrthoscribeError as error:
            return Message(FAILURE, str(error))
        self._sections.choose(image, dsm)
        self._zoom_to(image)
        return Message(NOTE, tr("The demo scene is on the map: press Run."))

    def _zoom_to(self, layer: Any) -> None:
        canvas = self._iface.mapCanvas()
        transform = QgsCoordinateTransform(
            layer.crs(), canvas.mapSettings().destinationCrs(), self._project.transformContext()
        )
        extent = transform.transformBoundingBox(layer.extent())
        extent.scale(MARGIN)
        canvas.setExtent(extent)
        canvas.refresh()

    def _copy_command(self) -> None:
        state = self.state()
        command = command_of(LabelPresenter(state).job(), state.image.crs if state.image else "")
        QApplication.clipboard().setText(command)
        self._controls.show_message(Message(NOTE, tr("The command is on the clipboard.")))

    def _output(self) -> str:
        """Return the chosen folder, or a temporary one that stays the same until it is used."""
        chosen = self._sections.labeling.output()
        if not chosen and not self._temporary:
            self._temporary = QgsProcessingUtils.generateTempFilename("orthoscribe")
        return chosen or self._temporary
