# SPDX-License-Identifier: GPL-2.0-or-later
"""Section of the tab *Polygons*: method, tolerance and minimum areas of the polygons."""

from __future__ import annotations

from typing import Any, Dict, Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QGroupBox, QWidget

from ..choices import titled
from ..i18n import tr
from ..protocol import AREA_LAYERS, OUTLINES, PolygonLayer
from ..widgets.named_widgets import named
from .slider_spin import SliderSpin
from .state import DEFAULTS

LARGEST_TOLERANCE_M = 3.0
LARGEST_AREA_M2: Dict[str, float] = {"cars": 20.0}
OTHER_AREA_M2 = 200.0


class PolygonsSection(QGroupBox):
    """Method, tolerance and minimum areas, both of the preview and of the next run."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Outlines, here and of the next run"), parent)
        self.setObjectName("orthoscribe_polygons_section")
        self._method = self._method_box()
        self._tolerance = self._tolerance_box()
        self._areas = {layer.minimum: self._area_box(layer) for layer in AREA_LAYERS}
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Method"), self._method)
        form.addRow(tr("Tolerance"), self._tolerance)
        for layer in AREA_LAYERS:
            title = tr("{thing} from").format(thing=tr(layer.thing).capitalize())
            form.addRow(title, self._areas[layer.minimum])

    def polygon_options(self) -> Dict[str, Any]:
        """Return the choices, named as the fields of the job."""
        return {
            "outlines": str(self._method.currentData()),
            "tolerance_m": self._tolerance.value(),
            **{name: box.value() for name, box in self._areas.items()},
        }

    def _method_box(self) -> QComboBox:
        tip = tr("How the outlines of buildings, roads and cars are drawn")
        box = named(QComboBox(), "orthoscribe_outlines", tr("Method"), tip)
        for choice in titled("outlines", OUTLINES):
            box.addItem(choice.title, choice.value)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.currentIndexChanged.connect(self._on_method)
        return box

    def _tolerance_box(self) -> SliderSpin:
        box = SliderSpin(
            "orthoscribe_tolerance_m",
            tr("Tolerance"),
            tr("Largest distance of simplified borders from the pixels"),
            maximum=LARGEST_TOLERANCE_M,
            limit=100.0,
            decimals=2,
            suffix=tr(" m"),
        )
        box.spin.setSpecialValueText(tr("1.5 pixels"))
        box.changed.connect(self._emit_changed)
        return box

    def _area_box(self, layer: PolygonLayer) -> SliderSpin:
        box = SliderSpin(
            f"orthoscribe_{layer.minimum}",
            tr("Minimum {thing}").format(thing=tr(layer.thing)),
            tr("Polygons with a smaller area are dropped"),
            maximum=LARGEST_AREA_M2.get(layer.name, OTHER_AREA_M2),
            limit=1e6,
            decimals=1,
            suffix=tr(" m²"),
        )
        box.set_value(getattr(DEFAULTS, layer.minimum))
        box.changed.connect(self._emit_changed)
        return box

    def _on_method(self) -> None:
        self._tolerance.setEnabled(self._method.currentData() != "pixels")
        self._emit_changed()

    def _emit_changed(self) -> None:
        self.changed.emit()
