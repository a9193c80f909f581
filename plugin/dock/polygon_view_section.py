# SPDX-License-Identifier: GPL-2.0-or-later
"""Section of the tab *Polygons*: which polygons are shown, in which colors, and what to do next."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QFormLayout, QGroupBox, QHBoxLayout, QPushButton, QWidget

from ..i18n import tr
from .named_widgets import named
from .slider_spin import SliderSpin

ALL_PERCENT = 100.0


class PolygonViewSection(QGroupBox):
    """Filter by confidence, colors by status, *Step through* and *Vectorize all*."""

    changed = pyqtSignal()
    review_pressed = pyqtSignal()
    vectorize_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Polygons"), parent)
        self.setObjectName("orthoscribe_polygon_view_section")
        self._confidence = SliderSpin(
            "orthoscribe_confidence_filter",
            tr("Confidence at least"),
            tr("Hide polygons with a lower confidence; those without a confidence stay"),
            maximum=ALL_PERCENT,
            limit=ALL_PERCENT,
            decimals=0,
            suffix=tr(" %"),
        )
        self._confidence.spin.setSpecialValueText(tr("All"))
        self._status = named(
            QCheckBox(tr("Color buildings by outline")),
            "orthoscribe_color_status",
            tr("Color buildings by outline"),
            tr("Green: right-angled; red: along the pixels, so worth a look"),
        )
        self._review = _button(
            "review_polygons",
            tr("Step through"),
            tr("Zoom to the least certain or worst-fitting polygons of the last run one by one"),
        )
        self._vectorize = _button(
            "vectorize", tr("Vectorize all"), tr("Write the polygons of the whole class raster")
        )
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Confidence from"), self._confidence)
        form.addRow(self._status)
        buttons = QHBoxLayout()
        for button in (self._vectorize, self._review):
            buttons.addWidget(button, 1)
        form.addRow(buttons)
        self._confidence.changed.connect(self._emit_changed)
        self._status.toggled.connect(self._emit_changed)
        self._review.clicked.connect(self._emit_review)
        self._vectorize.clicked.connect(self._emit_vectorize)

    def confidence_percent(self) -> int:
        """Return the least confidence in percent; 0 for all polygons."""
        return round(self._confidence.value())

    def colors_status(self) -> bool:
        """Return whether buildings are colored by status."""
        return bool(self._status.isChecked())

    def enable_buttons(self, *, vectorize: bool, review: bool) -> None:
        """Enable or disable *Vectorize all* and *Step through*."""
        self._vectorize.setEnabled(vectorize)
        self._review.setEnabled(review)

    def _emit_changed(self) -> None:
        self.changed.emit()

    def _emit_review(self) -> None:
        self.review_pressed.emit()

    def _emit_vectorize(self) -> None:
        self.vectorize_pressed.emit()


def _button(name: str, title: str, tip: str) -> QPushButton:
    button = named(QPushButton(title), f"orthoscribe_{name}", title, tip)
    button.setMinimumWidth(1)
    return button
