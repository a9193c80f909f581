# SPDX-License-Identifier: GPL-2.0-or-later
"""Content of the tab *Polygons*, which connects its sections, the preview and the layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, List, Optional

from qgis.core import QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from ..layers.class_rasters import label_job_of, newest_class_raster, other_rasters
from ..layers.confidence_filter import filter_by_confidence
from ..layers.map_canvas import visible_extent
from ..layers.preview_layers import PreviewLayers
from ..layers.results import ROLE, RUN_ID
from ..protocol import OrthoscribeError
from ..styling.status import color_by_status
from .class_raster_section import ClassRasterSection
from .layer_properties import class_properties
from .polygon_preview import PolygonPreview
from .polygon_view_section import PolygonViewSection
from .polygons_presenter import PolygonsPresenter, PolygonsState
from .run_message import FAILURE, Message
from .state import DockState

if TYPE_CHECKING:
    from qgis.gui import QgsMapCanvas

    from ..engine_client.task import Runner
    from .polygons_section import PolygonsSection
    from .run_controller import RunController

BUILDINGS = "buildings"


class PolygonsTab(QWidget):
    """Polygons of a class raster: preview of the view, filter, colors, and the whole raster.

    Args:
        options: section with method, tolerance and minimum areas.
        read_state: function that returns the current state of the dock.
        runner: function that runs the jobs of the preview.
        runs: runs of the dock.
        canvas: map canvas.
    """

    review_pressed = pyqtSignal()
    failed = pyqtSignal(object)  # the message to show

    def __init__(
        self,
        options: PolygonsSection,
        read_state: Callable[[], DockState],
        runner: Runner,
        runs: RunController,
        canvas: QgsMapCanvas,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self._runs, self._canvas, self._project = runs, canvas, QgsProject.instance()
        self._read_state, self._state = read_state, DockState()
        self._is_layer_chosen = False
        self._layers = PreviewLayers(self._project)
        self._preview = PolygonPreview(runner, self._layers, self._temporary_folder, self)
        self._raster = ClassRasterSection()
        self._view = PolygonViewSection()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for each in (self._raster, options, self._view):
            layout.addWidget(each)
        self._raster.layer_chosen.connect(self._on_layer_chosen)
        self._raster.changed.connect(self._refresh)
        self._preview.changed.connect(self._on_preview)
        self._view.changed.connect(self._show_polygons)
        self._view.review_pressed.connect(self.review_pressed)
        self._raster.vectorize_pressed.connect(self._vectorize)

    def show_state(self, state: DockState) -> None:
        """Show what is possible in a state of the dock, and draw the preview if it has changed."""
        self._state = state
        self._raster.leave_out(other_rasters(self._project))
        if self._raster.layer() is None or not self._is_layer_chosen:
            self._is_layer_chosen = False
            self._raster.set_layer(newest_class_raster(self._project))
        self._refresh()
        self._show_polygons()

    def teardown(self) -> None:
        """End the preview within three seconds."""
        self._preview.teardown()

    def _refresh(self) -> None:
        presenter = self._presenter()
        self._raster.enable_vectorize(presenter.can_vectorize())
        self._view.enable_review(bool(self._runs.polygon_layers))
        if not self._raster.wants_preview():
            self._preview.clear()
            self._raster.show_text(presenter.problem())
            return
        problem = presenter.preview_problem()
        if problem:
            self._raster.show_text(problem)
        self._preview.request(presenter.preview_job())

    def _presenter(self) -> PolygonsPresenter:
        layer, state = self._raster.layer(), self._state
        return PolygonsPresenter(
            PolygonsState(
                classes=class_properties(layer) if layer is not None else None,
                label_job=label_job_of(layer) if layer is not None else None,
                view=visible_extent(self._canvas, layer, self._project) if layer else None,
                options=state.options,
                has_engine=state.has_engine and not state.is_engine_changing,
                is_busy=state.is_busy,
            )
        )

    def _on_layer_chosen(self) -> None:
        self._is_layer_chosen = True

    def _on_preview(self, text: str) -> None:
        self._raster.show_text(text)
        self._show_polygons()

    def _show_polygons(self) -> None:
        """Apply filter and colors to the polygons of the preview and of the chosen run."""
        layers = self._polygon_layers()
        filter_by_confidence(layers, self._view.confidence_percent())
        buildings = [each for each in layers if each.customProperty(ROLE) == BUILDINGS]
        color_by_status(buildings, self._view.colors_status())

    def _polygon_layers(self) -> List[QgsVectorLayer]:
        raster = self._raster.layer()
        run_id = raster.customProperty(RUN_ID) if raster is not None else None
        of_run = [
            layer
            for layer in self._project.mapLayers().values()
            if run_id
            and isinstance(layer, QgsVectorLayer)
            and layer.customProperty(RUN_ID) == run_id
        ]
        every = [*self._layers.layers, *self._runs.polygon_layers, *of_run]
        return list({layer.id(): layer for layer in every}.values())

    def _vectorize(self) -> None:
        self._state = self._read_state()
        presenter = self._presenter()
        if not presenter.can_vectorize():  # the state changed after the button was enabled
            self._refresh()
            return
        try:
            self._runs.vectorize(presenter.full_job(), self._state.output)
        except OrthoscribeError as error:
            self.failed.emit(Message(FAILURE, str(error)))
            return
        self._raster.end_preview()  # its polygons would lie over those of the whole raster

    def _temporary_folder(self) -> str:
        return self._runs.temporary.parent
