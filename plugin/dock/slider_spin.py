# SPDX-License-Identifier: GPL-2.0-or-later
"""Number with a slider beside it."""

from __future__ import annotations

from math import sqrt
from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named

STEPS = 100
SLIDER_WIDTH_PX = 40
SHOWN = "0000.00 "  # what a spin box has room for at least, beside its unit
BUTTONS_PX = 30


class SliderSpin(QWidget):
    """Spin box and slider of one number; the slider has finer steps for small numbers.

    Args:
        name: object name of the spin box.
        title: accessible name.
        tip: tooltip of both.
        maximum: greatest value of the slider; the spin box accepts more.
        limit: greatest value of the spin box.
        decimals: number of decimals.
        suffix: unit.
    """

    changed = pyqtSignal()

    def __init__(
        self,
        name: str,
        title: str,
        tip: str,
        *,
        maximum: float,
        limit: float,
        decimals: int,
        suffix: str,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self._maximum = maximum
        self.spin = named(QDoubleSpinBox(), name, title, tip)
        self.spin.setRange(0.0, limit)
        self.spin.setDecimals(decimals)
        self.spin.setSuffix(suffix)
        shown_px = self.spin.fontMetrics().horizontalAdvance(SHOWN + suffix)
        self.spin.setMinimumWidth(shown_px + BUTTONS_PX)  # less than for the limit
        self.spin.setMaximumWidth(shown_px + 2 * BUTTONS_PX)
        self.spin.setSingleStep(10 ** (1 - decimals) if decimals else 5.0)
        slider_title = tr("{title}, slider").format(title=title)
        self._slider = named(
            QSlider(Qt.Orientation.Horizontal), f"{name}_slider", slider_title, tip
        )
        self._slider.setRange(0, STEPS)
        self._slider.setMinimumWidth(SLIDER_WIDTH_PX)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._slider, 1)
        row.addWidget(self.spin)
        self.spin.valueChanged.connect(self._on_spin)
        self._slider.valueChanged.connect(self._on_slider)

    def value(self) -> float:
        """Return the number."""
        return float(self.spin.value())

    def set_value(self, value: float) -> None:
        """Set the number."""
        self.spin.setValue(value)

    def _on_spin(self, value: float) -> None:
        self._slider.blockSignals(True)  # the slider's steps are coarser than the number
        self._slider.setValue(round(STEPS * sqrt(min(1.0, value / self._maximum))))
        self._slider.blockSignals(False)
        self.changed.emit()

    def _on_slider(self, position: int) -> None:
        self.spin.setValue(self._maximum * (position / STEPS) ** 2)
