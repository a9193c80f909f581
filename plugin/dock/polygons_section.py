# SPDX-License-Identifier: GPL-2.0-or-later
"""Section of the tab *Polygons*: the minimum areas of the polygons."""

from __future__ import annotations

from typing import Dict, Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QFormLayout, QGroupBox, QWidget

from ..i18n import tr
from ..protocol import AREA_LAYERS, PolygonLayer
from .named_widgets import named
from .state import DEFAULTS


class PolygonsSection(QGroupBox):
    """Minimum areas of the polygons of the next run."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Minimum areas"), parent)
        self.setObjectName("orthoscribe_polygons_section")
        self._areas = {layer.minimum: self._area_box(layer) for layer in AREA_LAYERS}
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for layer in AREA_LAYERS:
            form.addRow(tr(layer.title), self._areas[layer.minimum])

    def minimum_areas(self) -> Dict[str, float]:
        """Return the minimum areas in square meters, named as the fields of the job."""
        return {name: box.value() for name, box in self._areas.items()}

    def _area_box(self, layer: PolygonLayer) -> QDoubleSpinBox:
        title = tr("Minimum {thing}").format(thing=tr(layer.thing))
        tip = tr("Polygons with a smaller area are dropped")
        box = named(QDoubleSpinBox(), f"orthoscribe_{layer.minimum}", title, tip)
        box.setRange(0.0, 1e6)
        box.setDecimals(1)
        box.setSuffix(tr(" m²"))
        box.setValue(getattr(DEFAULTS, layer.minimum))
        box.valueChanged.connect(self._emit_changed)
        return box

    def _emit_changed(self) -> None:
        self.changed.emit()
