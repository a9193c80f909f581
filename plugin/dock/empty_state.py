# SPDX-License-Identifier: GPL-2.0-or-later
"""What the dock shows before an image is chosen: three steps and the demo."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, text_label

LARGE_BUTTON_LINES = 2.2
STEPS = (
    "1   Choose an image with near infrared, red and green bands.",
    "2   Choose heights: a surface model (DSM) or heights above ground (nDSM).",
    "3   Press Run.",
)


class EmptyState(QWidget):
    """Three numbered steps and a large button for the demo data."""

    demo_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._steps = text_label("orthoscribe_steps", tr("First steps"))
        self._steps.setText("\n".join(map(tr, STEPS)))
        self._demo = named(
            QPushButton(tr("Try demo data")),
            "orthoscribe_demo",
            tr("Try demo data"),
            tr("Add a small synthetic scene to the map"),
        )
        height_px = LARGE_BUTTON_LINES * self._demo.fontMetrics().lineSpacing()
        self._demo.setMinimumHeight(int(height_px))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._steps)
        layout.addWidget(self._demo)
        self._demo.clicked.connect(self.demo_pressed.emit)

    def enable_demo(self, is_enabled: bool) -> None:
        """Enable or disable *Try demo data*."""
        self._demo.setEnabled(is_enabled)
        self._demo.setToolTip(
            tr("Add a small synthetic scene to the map")
            if is_enabled
            else tr("The demo needs the engine. Set it up first.")
        )
