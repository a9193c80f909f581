# SPDX-License-Identifier: GPL-2.0-or-later
"""Dock widget: the composition root of its parts, which connects them and shows their state."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional, Tuple

from qgis.core import QgsProject
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QApplication, QFileDialog, QWidget

from ..engine_client.installer import Installer
from ..engine_client.run import run_job
from ..i18n import tr
from ..protocol import LabelJob, OrthoscribeError
from ..settings import OUTPUT_FOLDER
from ..widgets.delay_timer import delay_timer
from .checks_section import ChecksSection
from .command import command_of
from .demo import show_demo
from .dock_tabs import dock_tabs
from .empty_state import EmptyState
from .header import HeaderBar
from .heights_sampler import HeightsSampler
from .improve_tab import ImproveTab
from .input_sections import InputSections
from .layer_watcher import LayerWatcher
from .layout import Pages, dock_content
from .mending import Mender
from .message_section import MessageSection
from .options_section import DEVICE_TITLES
from .plan_control import PlanControl
from .polygons_tab import PolygonsTab
from .presenter import LabelPresenter
from .preview_sampler import PreviewSampler
from .resume_section import ResumeSection
from .review_control import ReviewControl
from .run_controller import RunController
from .run_message import FAILURE, NOTE, SUCCESS, Message
from .run_section import RunSection
from .setup_panel import SetupPanel
from .speed import expected_duration_s
from .summary_section import SummarySection

if TYPE_CHECKING:
    from ..engine_client.task import Runner
    from .state import DockState

DELAY_MS = 150


class OrthoscribeDock(QgsDockWidget):
    """Dock widget for labeling image and height layers of the project.

    Args:
        iface: QGIS interface.
        parent: main window of QGIS.
        runner: function that runs a job, replaced in tests.
        installer: installer of the engine, replaced in tests.
    """

    improve_pressed = pyqtSignal(object)  # label job with the inputs

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
        self._needs_default_layers = True
        self._message_inputs: Optional[LabelJob] = None  # inputs when the message was shown
        self._runs = RunController(runner, self._project, self)
        self._setup = SetupPanel(installer or Installer())
        self._sections = InputSections(iface.mapCanvas(), self._project)
        self._header = HeaderBar()
        self._mender = Mender(self._sections, self._header, iface.mapCanvas(), self._project)
        self._polygons = PolygonsTab(
            self._sections.polygons, self.state, runner, self._runs, iface.mapCanvas()
        )
        self._improve = ImproveTab()
        tabs = dock_tabs(self._sections, self._polygons, self._improve)
        self._pages = Pages(tabs, self._setup)
        self._message = MessageSection()
        self._summary = SummarySection()
        self._review = ReviewControl(iface.mapCanvas(), self._project)
        self._checks = ChecksSection()
        self._empty = EmptyState()
        self._controls = RunSection()
        self._preview = PreviewSampler(self._sections.image)
        self._heights = HeightsSampler(self._sections.heights, self._project)
        self._layer_watcher = LayerWatcher(self)
        self._delay_timer = delay_timer(self, DELAY_MS, self._refresh)
        self._plan = PlanControl(self._sections, self.state, self._runs.started)
        resume = ResumeSection(self._runs)
        notices = (resume, self._review, self._message, self._summary, self._checks, self._empty)
        self.setWidget(dock_content(self._header, self._pages, notices, self._controls))
        self._connections = self._connect()
        self._had_engine = self._setup.has_engine()
        self._header.open_engine(not self._had_engine)
        self._refresh()

    def state(self) -> DockState:
        """Return the current state of the dock."""
        return self._sections.read(
            output=self._sections.labeling.output() or self._runs.temporary.parent,
            bands_hint=self._preview.hint,
            image_remarks=self._preview.gaps,
            heights_remarks=self._heights.remarks,
            has_engine=self._setup.has_engine(),
            is_engine_changing=self._setup.is_busy,
            is_busy=self._runs.is_busy,
        )

    def teardown(self) -> None:
        """End running work within three seconds and disconnect; may be called more than once."""
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = ()
        self._delay_timer.stop()
        self._layer_watcher.watch(())
        parts = (self._review, self._preview, self._heights, self._setup, self._polygons)
        for each in (*parts, self._plan, self._runs, self._sections):
            each.teardown()

    def _connect(self) -> Tuple[Tuple[Any, Any], ...]:
        """Connect all signals and return the connections, for `teardown`."""
        connections = (
            (self._project.layersAdded, self._on_layers_changed),
            (self._project.layersRemoved, self._on_layers_changed),
            (self._iface.currentLayerChanged, self._on_layers_changed),
            (self._iface.mapCanvas().extentsChanged, self._schedule_refresh),
            (self._sections.changed, self._schedule_refresh),
            (self._sections.failed, self._show_message),
            (self._sections.bands_changed, self._preview.schedule_update),
            (self._preview.changed, self._schedule_refresh),
            (self._sections.heights.changed, self._heights.schedule_update),
            (self._heights.changed, self._schedule_refresh),
            (self._layer_watcher.changed, self._schedule_refresh),
            (self._layer_watcher.changed, self._preview.schedule_update),
            (self._layer_watcher.changed, self._heights.schedule_update),
            (self._setup.changed, self._on_engine_changed),
            (self._header.engine_toggled, self._pages.show_engine),
            (self._header.models_pressed, self._sections.labeling.show_models),
            (self._runs.started, self._on_started),
            (self._runs.progressed, self._controls.show_progress),
            (self._runs.ended, self._on_ended),
            (self._runs.demo_made, self._show_demo),
            (self._controls.run_pressed, lambda: self._start(self.state(), is_preview=False)),
            (self._controls.preview_pressed, self._label_view),
            (self._controls.cancel_pressed, self._cancel),
            (self._controls.demo_pressed, self._runs.show_or_make_demo),
            (self._empty.demo_pressed, self._runs.show_or_make_demo),
            (self._controls.command_pressed, self._copy_command),
            (self._summary.review_pressed, self._start_review),
            (self._summary.improve_pressed, self.ask_to_improve),
            (self._improve.improve_pressed, self.ask_to_improve),
            (self._polygons.review_pressed, self._start_review),
            (self._polygons.failed, self._show_message),
            (self._controls.save_pressed, self._choose_save_folder),
            (self._checks.mend_pressed, self._mender.apply),
        )
        for signal, slot in connections:
            signal.connect(slot)
        return connections

    def _on_layers_changed(self) -> None:
        # Deferred, because the layer tree is updated after this signal.
        self._needs_default_layers = True
        self._schedule_refresh()

    def _on_engine_changed(self) -> None:
        """Return from the engine panel to the tabs once the engine has been set up."""
        has_engine = self._setup.has_engine()
        if has_engine and not self._had_engine:
            self._header.open_engine(False)
        self._had_engine = has_engine
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
        device = self._runs.device or tr(DEVICE_TITLES[state.options.device])
        self._header.show_state(presenter.engine_word(), device)
        self._show_checks(state, presenter)
        self._polygons.show_state(state)
        self._controls.enable_buttons(
            run=presenter.can_run(),
            preview=presenter.for_preview().can_run(),
            demo=presenter.can_try_demo(),
        )
        self._controls.show_extras(
            command=not presenter.is_untouched(), save=bool(self._runs.temporary.unsaved())
        )

    def _show_checks(self, state: DockState, presenter: LabelPresenter) -> None:
        is_empty = presenter.is_untouched()
        self._empty.setVisible(is_empty and not state.is_busy)
        self._empty.enable_demo(presenter.can_try_demo())
        is_summed_up = self._summary.isVisibleTo(self) and presenter.is_good()
        self._checks.setVisible(not (is_empty or state.is_busy or is_summed_up))
        duration_s = expected_duration_s(state.model, state.options.device, presenter.megapixels())
        self._checks.show_findings(presenter.findings(), presenter.ready_text(duration_s))
        self._checks.show_mends(presenter.mends())

    def _show_message(self, message: Optional[Message]) -> None:
        """Show a message and the summary of the run until an input changes; None hides both."""
        self._message_inputs = LabelPresenter(self.state()).inputs() if message else None
        self._message.show_message(message)
        is_done = message is not None and message.level == SUCCESS
        layers = self._runs.polygon_layers
        self._summary.show_summary(self._runs.summary if is_done else None, can_review=bool(layers))

    def _start_review(self) -> None:
        if not self._review.start(self._runs.polygon_layers):
            self._show_message(Message(NOTE, tr("No polygon of this run has a confidence.")))

    def ask_to_improve(self) -> None:
        """Emit `improve_pressed` with the inputs of the dock."""
        self.improve_pressed.emit(LabelPresenter(self.state()).inputs())

    def choose_model(self, model: str) -> None:
        """Choose a model by name or folder, as after it was improved."""
        self._sections.labeling.choose_model(model)

    def _label_view(self) -> None:
        self._start(LabelPresenter(self.state()).for_preview().state, is_preview=True)

    def _start(self, state: DockState, *, is_preview: bool) -> None:
        if not LabelPresenter(state).can_run():  # the state changed after the button was enabled
            self._refresh()
            return
        try:
            self._runs.label(self._sections.with_area(state), is_preview=is_preview)
        except OrthoscribeError as error:
            self._show_message(Message(FAILURE, str(error)))
            return
        self._sections.save_settings()

    def _on_started(self) -> None:
        self._show_message(None)
        for each in (self._checks, self._empty):
            each.hide()
        self._controls.show_busy()
        self._schedule_refresh()

    def _cancel(self) -> None:
        self._controls.show_canceling()
        self._runs.cancel()

    def _on_ended(self, message: Message) -> None:
        self._controls.show_idle()
        if message.level == SUCCESS:
            self._mender.show_image(self.state())
        said = {each.sentence for each in LabelPresenter(self.state()).findings()}
        self._show_message(message.without_warnings(said))
        self._refresh()

    def _show_demo(self, folder: str) -> None:
        try:
            show_demo(folder, self._sections, self._iface.mapCanvas(), self._project)
        except OrthoscribeError as error:
            self._show_message(Message(FAILURE, str(error)))
            return
        text = tr("The demo scene was added to the map. Press Run to label it.")
        self._show_message(Message(NOTE, text))

    def _copy_command(self) -> None:
        QApplication.clipboard().setText(command_of(self.state(), self._sections.labeling.output()))
        self._show_message(Message(NOTE, tr("The command was copied to the clipboard.")))

    def _choose_save_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, tr("Choose a folder for the results"), OUTPUT_FOLDER.read()
        )
        if folder:
            self.save_results(Path(folder))

    def save_results(self, parent: Path) -> None:
        """Save the temporary results to new folders in `parent`, and update their layers."""
        self._show_message(self._runs.save_temporary(parent))
        self._refresh()
