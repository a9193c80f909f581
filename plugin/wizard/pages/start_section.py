# SPDX-License-Identifier: GPL-2.0-or-later
"""The way into drawing: one button that makes the layer, or one that opens it again."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ...i18n import tr
from ...widgets.named_widgets import named, text_label

BUTTON_HEIGHT_PX = 34


class StartSection(QWidget):
    """What to do, and *Start drawing*; hidden while there is a layer."""

    start_pressed = pyqtSignal()
    open_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        about = text_label("orthoscribe_wizard_draw_about", tr("About drawing"))
        about.setText(
            tr(
                "Draw polygons of the right class where the map is wrong, 5 or more of a class, in "
                "several places. They are stored in a file of their own, corrections.gpkg."
            )
        )
        self._start = named(
            QPushButton(tr("Start drawing")),
            "orthoscribe_wizard_start_drawing",
            tr("Start drawing"),
            tr("Make a new layer beside the result, and start the polygon tool"),
        )
        self._open = named(
            QPushButton(tr("Open it again")),
            "orthoscribe_wizard_open_again",
            tr("Open it again"),
            tr("Add the file with your polygons to the project"),
        )
        self._start.setMinimumHeight(BUTTON_HEIGHT_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for each in (about, self._open, self._start):
            layout.addWidget(each)
        self._start.clicked.connect(self.start_pressed.emit)
        self._open.clicked.connect(self.open_pressed.emit)

    def show_state(self, is_drawing: bool, has_file: bool) -> None:
        """Hide the section while there is a layer; offer the file of the draft, if it has one."""
        self.setVisible(not is_drawing)
        self._open.setVisible(has_file)
        self._start.setText(tr("Start a new layer") if has_file else tr("Start drawing"))
