# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Draw*: polygons with the right class where the map is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Tuple

from qgis.PyQt.QtWidgets import QFileDialog, QVBoxLayout

from ...i18n import tr
from ...layers.corrections import CORRECTIONS, is_corrections, set_next_class, show_classes
from ...protocol import OrthoscribeError
from ...widgets.delay_timer import delay_timer
from ..class_keys import ClassKeys
from ..draft_layers import image_of, labels_of, labels_source
from ..drawing_actions import DrawingActions
from ..drawing_view import DrawingView
from ..layer_edits_watcher import LayerEditsWatcher
from ..levels import NOTE, PROBLEM, SUCCESS
from ..page import Page, WizardContext
from ..pick_tool import PickTool
from ..suggestions import Suggestions
from .class_table import ClassTable
from .draw_presenter import DrawPresenter
from .drawing_bar import DrawingBar
from .findings_list import FindingsList
from .own_polygons import OwnPolygons
from .start_section import StartSection

if TYPE_CHECKING:
    from qgis.core import QgsGeometry, QgsPointXY, QgsVectorLayer

    from ...layers.drawn_findings import DrawnFinding

DELAY_MS = 250
MARGIN_PX = 40  # around a place that is shown
GEOPACKAGES = "GeoPackage (*.gpkg)"


class DrawPage(Page):
    """Page for drawing, and for checking what is drawn."""

    def __init__(self, context: WizardContext) -> None:
        super().__init__(context)
        self.setObjectName("orthoscribe_wizard_draw")
        self._actions, self._suggestions = DrawingActions(context), Suggestions(context)
        self._view = DrawingView(context.iface, context.project)
        self._start, self._own = StartSection(), OwnPolygons()
        self._classes, self._bar, self._findings = ClassTable(), DrawingBar(), FindingsList()
        self._tool = PickTool(context.canvas)
        self._keys = ClassKeys(context.iface.mainWindow(), self._classes.choose_row)
        self._watcher = LayerEditsWatcher(context.project, self)
        self._timer = delay_timer(self, DELAY_MS, self.refresh)
        self._is_shown = False
        self._presenter = DrawPresenter(context.draft.value, context.project)
        layout = QVBoxLayout(self)
        for each in (self._start, self._classes, self._bar, self._findings, self._own):
            layout.addWidget(each)
        layout.addStretch(1)
        self._connections = self._connect()

    def enter(self) -> None:
        """Show the layers of the draft, with the result half transparent below."""
        self._is_shown = True
        draft, project = self.context.draft.value, self.context.project
        layer = labels_of(draft, project)
        if layer is not None and is_corrections(layer):
            show_classes(layer, draft.legend)  # another model may have been chosen
        self._own.show_legend(draft.legend)
        self._mark_spot()
        self.refresh()

    def leave(self) -> None:
        """Put the tools away, and take the polygons of a layer that is only read as they are."""
        self._is_shown = False
        self._keys.enable(False)
        self._view.unmark()
        self._bar.show_picking(False)
        self.context.canvas.unsetMapTool(self._tool)
        layer = labels_of(self.context.draft.value, self.context.project)
        if layer is not None and not is_corrections(layer):
            self._do(lambda: self._retake(layer))

    def problems(self) -> Tuple[str, ...]:
        """Return what keeps the user from going on."""
        return self._presenter.problems()

    def refresh(self) -> None:
        """Read the layers, and show what is drawn now."""
        self._presenter = presenter = DrawPresenter(self.context.draft.value, self.context.project)
        self._watcher.watch(presenter.layer)
        can_edit = self._actions.can_edit()
        self._start.show_state(presenter.is_drawing, bool(self.context.draft.value.labels))
        for each in (self._classes, self._bar):
            each.setVisible(presenter.is_drawing)
        self._bar.show_state(presenter.summary(), self._suggestions, can_edit=can_edit)
        self._bar.enable_save(presenter.has_unsaved_edits())
        self._classes.show_rows(presenter.rows(), self._classes.code() or self._first_code())
        self._findings.show_findings(presenter.listed_findings(), can_edit=can_edit)
        if self._is_shown and presenter.is_drawing:
            self._view.show_below(presenter.base.classes if presenter.base else None)
        self._enable_keys()
        self.changed.emit()

    def teardown(self) -> None:
        """Put QGIS back as it was; the layer and its edits stay."""
        if not self._connections:
            return
        self._timer.stop()
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = ()
        self._watcher.stop()
        self._keys.teardown()
        self.context.canvas.unsetMapTool(self._tool)
        self._tool.deleteLater()  # else the map keeps it
        self._view.restore()

    def start_drawing(self, path: Path) -> None:
        """Create a layer for corrections in a file, and draw in it."""
        self._do(lambda: self._actions.start(path))
        self.refresh()
        if self._presenter.is_drawing:
            self._draw()

    def _start_where_usual(self) -> None:
        path = self._actions.usual_file()
        if path is None:
            text, _ = QFileDialog.getSaveFileName(
                self, tr("Where to store the corrections"), f"{CORRECTIONS}.gpkg", GEOPACKAGES
            )
            path = Path(text).with_suffix(".gpkg") if text else None
        if path is not None:
            self.start_drawing(path)

    def _open_again(self) -> None:
        path = Path(self.context.draft.value.labels)
        self._do(lambda: self._actions.open(path))
        self.refresh()

    def _use_own(self, layer: QgsVectorLayer, field: str, values: Tuple[str, ...]) -> None:
        if self._do(lambda: self._actions.use_layer(layer, field, values)):
            self._own.setCollapsed(True)
        self.refresh()

    def _retake(self, layer: QgsVectorLayer) -> None:
        self.context.draft.change(labels=labels_source(layer, self.context.project))

    def _draw(self) -> None:
        layer = self._presenter.layer
        if layer is None or not self._do(self._actions.begin):
            return
        self._view.snap()
        set_next_class(layer, self._code())
        self._view.draw_in(layer)

    def _choose_class(self, code: int) -> None:
        layer = self._presenter.layer
        if layer is not None and is_corrections(layer):
            set_next_class(layer, code)

    def _toggle_picking(self, is_wanted: bool) -> None:
        canvas = self.context.canvas
        if not is_wanted:
            canvas.unsetMapTool(self._tool)
        elif self._presenter.layer is not None and self._do(self._actions.begin):
            self.context.iface.setActiveLayer(self._presenter.layer)
            canvas.setMapTool(self._tool)

    def _pick(self, point: QgsPointXY) -> None:
        self._report(lambda: self._actions.pick(point, self._code()))

    def _take_labels(self) -> None:
        self._report(self._actions.take_labels_in_view)

    def _save(self) -> None:
        self._do(self._actions.save)
        self.refresh()

    def _mend(self, finding: DrawnFinding) -> None:
        self._do(lambda: self._actions.mend(finding, self._code()))
        self.refresh()

    def _show(self, finding: DrawnFinding) -> None:
        self._show_geometry(finding.place)

    def _next_spot(self) -> None:
        spot = self._suggestions.go_on()
        if spot is None:
            self.said.emit(NOTE, tr("All suggested places have been seen."))
        image = image_of(self.context.draft.value, self.context.project)
        if spot is not None and image is not None:
            self._view.show_box(self._suggestions.box(), image)
        self._mark_spot()
        self._bar.show_suggestion(self._suggestions)

    def _mark_spot(self) -> None:
        """Mark the suggested place on the map, if there is one."""
        image = image_of(self.context.draft.value, self.context.project)
        if self._suggestions.current is not None and image is not None:
            self._view.mark(self._suggestions.place(), image)
        else:
            self._view.unmark()

    def _finish_spot(self, is_done: bool) -> None:
        self._suggestions.finish(is_done=is_done)
        self._next_spot()

    def _show_geometry(self, geometry: QgsGeometry) -> None:
        image = self._presenter.image
        if image is not None and not geometry.isEmpty():
            margin = MARGIN_PX * image.rasterUnitsPerPixelX()
            self._view.show_place(geometry, image, margin)

    def _code(self) -> int:
        return self._classes.code() or self._first_code()

    def _first_code(self) -> int:
        return self._presenter.legend.codes[0]

    def _enable_keys(self, *_: Any) -> None:
        layer = self._presenter.layer
        is_active = layer is not None and self.context.iface.activeLayer() == layer
        self._keys.enable(self._is_shown and is_active and self._actions.can_edit())

    def _do(self, action: Callable[[], Any]) -> bool:
        """Run an action, and show why it failed; return whether it did not."""
        try:
            action()
        except OrthoscribeError as error:
            self.said.emit(PROBLEM, str(error))
            return False
        return True

    def _report(self, action: Callable[[], str]) -> None:
        """Run an action, and show the sentence that it returns."""
        sentences = []
        if self._do(lambda: sentences.append(action())):
            self.said.emit(SUCCESS, sentences[0])

    def _connect(self) -> Tuple[Tuple[Any, Any], ...]:
        """Connect all signals and return the connections, for `teardown`."""
        connections = (
            (self._watcher.changed, self._timer.start),
            (self.context.iface.currentLayerChanged, self._enable_keys),
            (self._start.start_pressed, self._start_where_usual),
            (self._start.open_pressed, self._open_again),
            (self._own.used, self._use_own),
            (self._classes.chosen, self._choose_class),
            (self._bar.draw_pressed, self._draw),
            (self._bar.pick_toggled, self._toggle_picking),
            (self._bar.labels_pressed, self._take_labels),
            (self._bar.save_pressed, self._save),
            (self._bar.next_pressed, self._next_spot),
            (self._bar.spot_finished, self._finish_spot),
            (self._tool.picked, self._pick),
            (self._tool.put_away, self._bar.end_picking),
            (self._findings.show_pressed, self._show),
            (self._findings.fix_pressed, self._mend),
        )
        for signal, slot in connections:
            signal.connect(slot)
        return connections
