# SPDX-License-Identifier: GPL-2.0-or-later
"""Buttons *Before* and *After* with a slider for the opacity, for looking at two maps in turn."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from ..i18n import tr
from ..styling.raster import OPACITY
from ..widgets.named_widgets import named

PERCENT = 100
SMALLEST_WIDTH_PX = 60


class BeforeAfter(QWidget):
    """Two buttons of which one is pressed, and a slider.

    Args:
        name: name of the page, used in object names.
    """

    chosen = pyqtSignal(bool)  # whether After is pressed
    opacity_changed = pyqtSignal(float)  # 0..1

    def __init__(self, name: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        prefix = f"orthoscribe_wizard_{name}"
        self._before = named(
            QPushButton(tr("Before")), f"{prefix}_before", tr("Before"), tr("Show the last labels")
        )
        self._after = named(
            QPushButton(tr("After")), f"{prefix}_after", tr("After"), tr("Show the new labels")
        )
        self._opacity = named(
            QSlider(Qt.Orientation.Horizontal),
            f"{prefix}_opacity",
            tr("Opacity"),
            tr("Opacity of the labels over the image"),
        )
        self._opacity.setRange(0, PERCENT)
        self._opacity.setMinimumWidth(SMALLEST_WIDTH_PX)
        self._group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self._before, self._after):
            button.setCheckable(True)
            self._group.addButton(button)
            layout.addWidget(button)
        layout.addWidget(QLabel(tr("Opacity")))
        layout.addWidget(self._opacity, 1)
        self.reset()
        self._group.buttonClicked.connect(lambda _: self.chosen.emit(self._after.isChecked()))
        self._opacity.valueChanged.connect(lambda value: self.opacity_changed.emit(value / PERCENT))

    def reset(self) -> None:
        """Press *After* and show the customary opacity, without signals."""
        self._after.setChecked(True)
        was_blocked = self._opacity.blockSignals(True)
        self._opacity.setValue(round(PERCENT * OPACITY))
        self._opacity.blockSignals(was_blocked)
