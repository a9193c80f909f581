# SPDX-License-Identifier: GPL-2.0-or-later
"""Input sections of the dock, read as one state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Mapping, Optional, Tuple

from qgis.core import QgsProcessingContext
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

from ..layers.checks import band_problems, raster_problems
from ..layers.default_layers import (
    default_heights,
    default_image,
    rasters_in_drawing_order,
    terrain_named_so,
)
from ..layers.inputs import area_source, vector_path
from ..layers.map_canvas import visible_extent
from ..layers.remarks import chosen_bands, image_remarks
from ..models import read_card
from ..protocol import IMAGE_ROLES, ModelError
from .heights_section import HeightsSection
from .image_section import ImageSection
from .labeling_section import LabelingSection
from .layer_properties import heights_input, image_properties
from .options_section import OptionsSection
from .polygons_section import PolygonsSection
from .state import POLYGONS, DockState, HeightsLayer
from .tile_chooser import TileChooser

if TYPE_CHECKING:
    from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer
    from qgis.gui import QgsMapCanvas

    from ..protocol import ModelCard
    from .run_message import Message


class InputSections(QWidget):
    """Sections for image, heights, labeling and options, and that for polygons.

    Args:
        canvas: map canvas for the area *Current view*.
        project: project with the available layers.
    """

    changed = pyqtSignal()
    bands_changed = pyqtSignal()
    failed = pyqtSignal(object)  # Message

    def __init__(
        self, canvas: QgsMapCanvas, project: QgsProject, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._project = project
        self._is_image_chosen = False
        self._is_dsm_chosen = False
        self.image = ImageSection()
        self.heights = HeightsSection()
        self.labeling = LabelingSection()
        self.options = OptionsSection()
        self.polygons = PolygonsSection()  # laid out on another tab
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for section in (self.image, self.heights, self.labeling, self.options):
            layout.addWidget(section)
        self._tiles = self._tile_choosers()
        self._connect()

    def select_default_layers(self, active: Optional[QgsMapLayer]) -> None:
        """Choose the most likely layers, except those chosen by the user."""
        rasters = rasters_in_drawing_order(self._project)
        if self.image.layer() is None or not self._is_image_chosen:
            self._is_image_chosen = False
            self.image.set_layer(default_image(rasters, active))
        image = self.image.layer()
        if image is None or raster_problems(image, "image"):
            return
        context = self._project.transformContext()
        if self.heights.dsm() is None or not self._is_dsm_chosen:
            self._is_dsm_chosen = False
            self.heights.set_dsm(default_heights(rasters, image, context))
        if self.heights.kind() == "dsm+dtm" and self.heights.dtm() is None:
            rest = [layer for layer in rasters if layer != self.heights.dsm()]
            self.heights.set_dtm(default_heights(rest, image, context, terrain=True))

    def select_layers(self, image: QgsRasterLayer, dsm: QgsRasterLayer) -> None:
        """Choose layers, with the same effect as a choice by the user."""
        self._is_image_chosen = self._is_dsm_chosen = True
        self.image.set_layer(image)
        self.heights.set_dsm(dsm)

    def read(self, **others: Any) -> DockState:
        """Return the chosen inputs and the properties of the chosen layers.

        Args:
            others: other fields of the state.
        """
        image = self.image.layer()
        properties = image_properties(image) if image is not None else None
        is_readable = properties is not None and not properties.problem
        card = _card(self.labeling.model())
        polygons = self.labeling.polygons()
        chosen = self._chosen_bands(image) if is_readable else dict.fromkeys(IMAGE_ROLES, 0)
        roles = card.image_roles if card else IMAGE_ROLES
        terrain = self._unused_terrain() if is_readable else None
        return DockState(
            image=properties,
            bands=self.image.bands(),
            chosen_bands=(chosen["nir"], chosen["red"], chosen["green"]),
            bands_remarks=image_remarks(image, roles, chosen) if is_readable else (),
            bands_problem=self._bands_problem(image, card) if is_readable else "",
            heights=self.heights.kind(),
            dsm=self._heights_input(self.heights.dsm(), "DSM"),
            dtm=self._heights_input(self.heights.dtm(), "DTM"),
            model=self.labeling.model(),
            heightless_model=self.labeling.heightless_model(),
            card=card,
            area=self.labeling.area(),
            view=visible_extent(self._canvas, image, self._project) if is_readable else None,
            polygons=(vector_path(polygons) or polygons.name()) if polygons is not None else "",
            options=replace(self.options.options(), **self.polygons.polygon_options()),
            offered_terrain=terrain.name() if terrain is not None else "",
            **others,
        )

    def with_area(self, state: DockState) -> DockState:
        """Return the state with a file that contains exactly the polygons of the area.

        Raises:
            OrthoscribeError: if the polygons cannot be written.
        """
        if state.area != POLYGONS:
            return state
        context = QgsProcessingContext()
        context.setTransformContext(self._project.transformContext())
        return replace(state, polygons=area_source(self.labeling.polygons(), context))

    def detect_bands(self) -> None:
        """Choose the bands that are detected."""
        self.image.detect_bands()

    def use_terrain(self) -> None:
        """Subtract the terrain model of the project from the surface model."""
        terrain = self._unused_terrain()
        if terrain is not None:
            self.heights.choose_terrain(terrain)

    def rasters(self) -> Tuple[Optional[QgsRasterLayer], ...]:
        """Return the chosen image, heights and terrain layers; None if not chosen."""
        return self.image.layer(), self.heights.dsm(), self.heights.dtm()

    def save_settings(self) -> None:
        """Save the choices for the next session."""
        self.labeling.save_settings()
        self.options.save_settings()

    def teardown(self) -> None:
        """End running work."""
        for each in self._tiles:
            each.teardown()
        self.options.teardown()

    def _tile_choosers(self) -> Tuple[TileChooser, ...]:
        """Return what makes one layer of a folder of tiles, for each list of rasters."""
        dsm, dtm = self.heights.layer_boxes
        return (
            TileChooser(self.image.layer_box, self._project, self._on_image_chosen),
            TileChooser(dsm, self._project, self._on_dsm_chosen),
            TileChooser(dtm, self._project, self._emit_changed),
        )

    def _connect(self) -> None:
        for chooser in self._tiles:
            chooser.failed.connect(self._emit_failed)
        self.image.layer_chosen.connect(self._on_image_chosen)
        self.image.layer_changed.connect(self._emit_bands_changed)
        self.image.bands_changed.connect(self._emit_bands_changed)
        self.heights.layer_chosen.connect(self._on_dsm_chosen)
        for section in (self.heights, self.labeling, self.options, self.polygons):
            section.changed.connect(self._emit_changed)

    def _on_image_chosen(self) -> None:
        self._is_image_chosen = True
        self.select_default_layers(None)

    def _on_dsm_chosen(self) -> None:
        self._is_dsm_chosen = True

    def _emit_bands_changed(self) -> None:
        self.bands_changed.emit()
        self.changed.emit()

    def _emit_failed(self, message: Message) -> None:
        self.failed.emit(message)

    def _emit_changed(self) -> None:
        self.changed.emit()

    def _unused_terrain(self) -> Optional[QgsRasterLayer]:
        """Return a terrain model in the project while the ground is estimated; else None."""
        dsm, image = self.heights.dsm(), self.image.layer()
        if dsm is None or image is None or self.heights.kind() != "auto":
            return None
        rest = [each for each in rasters_in_drawing_order(self._project) if each != dsm]
        return terrain_named_so(rest, image, self._project.transformContext())

    def _heights_input(self, layer: Optional[QgsRasterLayer], title: str) -> Optional[HeightsLayer]:
        if layer is None:
            return None
        context = self._project.transformContext()
        return heights_input(layer, 1, title, self.image.layer(), context)

    def _bands_problem(self, image: QgsRasterLayer, card: Optional[ModelCard]) -> str:
        roles = card.image_roles if card else IMAGE_ROLES
        chosen = dict(zip(IMAGE_ROLES, self.image.bands()))
        return next(iter(band_problems(image, {role: chosen[role] for role in roles})), "")

    def _chosen_bands(self, image: QgsRasterLayer) -> Mapping[str, int]:
        return chosen_bands(image, IMAGE_ROLES, dict(zip(IMAGE_ROLES, self.image.bands())))


def _card(model: str) -> Optional[ModelCard]:
    try:
        return read_card(model)
    except ModelError:
        return None
