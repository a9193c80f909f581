# SPDX-License-Identifier: GPL-2.0-or-later
"""Section of the tab *Polygons*: which polygons are shown, and in which colors."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QFormLayout, QGroupBox, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, small_button
from .slider_spin import SliderSpin

ALL_PERCENT = 100.0


class PolygonViewSection(QGroupBox):
    """Filter by confidence, colors by status, and *Step through*."""

    changed = pyqtSignal()
    review_pressed = pyqtSignal()

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
        self._review = small_button(
            "review_polygons",
            tr("Step through the least certain"),
            tr("Zoom to the least certain or worst-fitting polygons of the last run one by one"),
        )
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Confidence from"), self._confidence)
        form.addRow(self._status)
        form.addRow(self._review)
        self._confidence.changed.connect(self._emit_changed)
        self._status.toggled.connect(self._emit_changed)
        self._review.clicked.connect(self._emit_review)

    def confidence_percent(self) -> int:
        """Return the least confidence in percent; 0 for all polygons."""
        return round(self._confidence.value())

    def colors_status(self) -> bool:
        """Return whether buildings are colored by status."""
        return bool(self._status.isChecked())

    def enable_review(self, is_possible: bool) -> None:
        """Enable or disable *Step through*."""
        self._review.setEnabled(is_possible)

    def _emit_changed(self) -> None:
        self.changed.emit()

    def _emit_review(self) -> None:
        self.review_pressed.emit()
