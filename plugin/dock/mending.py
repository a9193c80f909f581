# SPDX-License-Identifier: GPL-2.0-or-later
"""Carries out what a button beside the checks offers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..layers.map_canvas import zoom_to_layer
from .mends import DETECT_BANDS, OPEN_SETUP, USE_MODEL, USE_TERRAIN, ZOOM_IMAGE, Mend
from .presenter import visible_part

if TYPE_CHECKING:
    from qgis.core import QgsProject
    from qgis.gui import QgsMapCanvas

    from .header import HeaderBar
    from .input_sections import InputSections
    from .state import DockState


class Mender:
    """Mends what the checks found, with the same effect as choices by the user.

    Args:
        sections: sections for the inputs of a run.
        header: header of the dock.
        canvas: map canvas.
        project: project with the layers.
    """

    def __init__(
        self,
        sections: InputSections,
        header: HeaderBar,
        canvas: QgsMapCanvas,
        project: QgsProject,
    ) -> None:
        self._sections = sections
        self._canvas = canvas
        self._project = project
        self._steps = {
            USE_MODEL: lambda mend: sections.labeling.choose_model(mend.argument),
            ZOOM_IMAGE: lambda mend: self.zoom_to_image(),
            DETECT_BANDS: lambda mend: sections.detect_bands(),
            OPEN_SETUP: lambda mend: header.open_engine(True),
            USE_TERRAIN: lambda mend: sections.use_terrain(),
        }

    def apply(self, mend: Mend) -> None:
        """Carry out one mend."""
        self._steps[mend.action](mend)

    def show_image(self, state: DockState) -> None:
        """Zoom to the image if the map shows none of it."""
        if state.image is not None and visible_part(state) is None:
            self.zoom_to_image()

    def zoom_to_image(self) -> None:
        """Zoom the map to the chosen image."""
        image = self._sections.image.layer()
        if image is not None:
            zoom_to_layer(image, self._canvas, self._project)
