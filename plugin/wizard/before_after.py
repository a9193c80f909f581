# SPDX-License-Identifier: GPL-2.0-or-later
"""Buttons *Before*, *After* and *Swipe*, and a slider for the opacity."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from ..styling.raster import OPACITY
from ..widgets.named_widgets import named

BEFORE, AFTER, SWIPE = "before", "after", "swipe"
WAYS = (
    (BEFORE, "Before", "Show the last labels"),
    (AFTER, "After", "Show the new labels"),
    (SWIPE, "Swipe", "Show the last labels left of a line, and the new ones right of it"),
)
PERCENT = 100
SMALLEST_WIDTH_PX = 60


class BeforeAfter(QWidget):
    """Three buttons of which one is pressed, and a slider.

    Args:
        name: name of the page, used in object names.
    """

    chosen = pyqtSignal(str)  # one of BEFORE, AFTER and SWIPE
    opacity_changed = pyqtSignal(float)  # 0..1

    def __init__(self, name: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        prefix = f"orthoscribe_wizard_{name}"
        self._opacity = named(
            QSlider(Qt.Orientation.Horizontal),
            f"{prefix}_opacity",
            tr("Opacity"),
            tr("Opacity of the labels over the image"),
        )
        self._opacity.setRange(0, PERCENT)
        self._opacity.setMinimumWidth(SMALLEST_WIDTH_PX)
        self._group = QButtonGroup(self)
        self._buttons = {}
        row, below = QHBoxLayout(), QHBoxLayout()
        for way, title, tip in WAYS:
            button = named(QPushButton(tr(title)), f"{prefix}_{way}", tr(title), tr(tip))
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, way=way: self.chosen.emit(way))
            self._group.addButton(button)
            self._buttons[way] = button
            row.addWidget(button)
        below.addWidget(QLabel(tr("Opacity")))
        below.addWidget(self._opacity, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addLayout(below)
        self.reset()
        self._opacity.valueChanged.connect(lambda value: self.opacity_changed.emit(value / PERCENT))

    def press(self, way: str) -> None:
        """Show a button as pressed, without a signal."""
        self._buttons[way].setChecked(True)

    def reset(self) -> None:
        """Press *After* and show the customary opacity, without signals."""
        self.press(AFTER)
        was_blocked = self._opacity.blockSignals(True)
        self._opacity.setValue(round(PERCENT * OPACITY))
        self._opacity.blockSignals(was_blocked)
