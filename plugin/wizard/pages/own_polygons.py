# SPDX-License-Identifier: GPL-2.0-or-later
"""Choice of an existing polygon layer, its field, and the class of each value in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Optional, Sequence, Tuple

from qgis.core import QgsMapLayerProxyModel
from qgis.gui import QgsCollapsibleGroupBox, QgsFieldComboBox, QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from ...compat import is_null
from ...i18n import tr
from ...layers.drawn_polygons import codes_by_value
from ...protocol import spelled
from ...widgets.named_widgets import named, small_button, text_label

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from ...protocol import Legend

MOST_VALUES = 50
MOST_READ = 1000  # as of a field with numbers of polygons
SHOWN_ROWS = 5
MOST_NAMED = 5  # of the values that are left out


class OwnPolygons(QgsCollapsibleGroupBox):
    """Layer, field and table of values; emits `used` when the user takes the layer."""

    used = pyqtSignal(object, str, tuple)  # layer, field, label values

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Use polygons that I have already"), parent)
        self.setObjectName("orthoscribe_wizard_own")
        self.setCollapsed(True)
        self._legend: Optional[Legend] = None
        self._layer = named(
            QgsMapLayerComboBox(),
            "orthoscribe_wizard_own_layer",
            tr("Polygon layer"),
            tr("Layer with polygons of known class; it is only read"),
        )
        self._layer.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self._layer.setAllowEmptyLayer(True)
        self._layer.setLayer(None)
        self._field = named(
            QgsFieldComboBox(),
            "orthoscribe_wizard_own_field",
            tr("Field of the class"),
            tr("Field with the class of each polygon"),
        )
        self._table = named(QTableWidget(0, 2), "orthoscribe_wizard_own_values", tr("Values"), "")
        self._table.setHorizontalHeaderLabels([tr("Value"), tr("Class")])
        self._table.verticalHeader().hide()
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._left_out = text_label("orthoscribe_wizard_own_left_out", tr("Values left out"))
        self._use = small_button(
            "wizard_own_use", tr("Use these polygons"), tr("Learn from this layer")
        )
        form = QFormLayout(self)
        form.addRow(tr("Layer"), self._layer)
        form.addRow(tr("Field"), self._field)
        form.addRow(self._table)
        form.addRow(self._left_out)
        form.addRow(self._use)
        self._layer.layerChanged.connect(self._on_layer_changed)
        self._field.fieldChanged.connect(self._show_values)
        self._use.clicked.connect(self._emit_used)
        self._show_values()

    def show_legend(self, legend: Legend) -> None:
        """Offer the classes of a legend."""
        if legend != self._legend:
            self._legend = legend
            self._show_values()

    def label_values(self) -> Tuple[str, ...]:
        """Return the class of each value as in a job, `6=building`; values without one are out."""
        found = []
        for row in range(self._table.rowCount()):
            name = str(self._table.cellWidget(row, 1).currentData() or "")
            if name:
                found.append(f"{self._table.item(row, 0).text()}={name}")
        return tuple(found)

    def _on_layer_changed(self) -> None:
        layer = self._layer.currentLayer()
        self._field.setLayer(layer)
        names = [each.name() for each in layer.fields()] if layer is not None else []
        likely = [name for name in names if name.lower() in ("class", "code", "class_name")]
        if likely:
            self._field.setField(likely[0])
        self._show_values()

    def _show_values(self) -> None:
        found = _values(self._layer.currentLayer(), self._field.currentField())
        values = _are_listed(found)
        self._show_left_out(found, values)
        self._table.setRowCount(len(values))
        known = codes_by_value(self._legend, {}) if self._legend is not None else {}
        for row, value in enumerate(values):
            self._table.setItem(row, 0, QTableWidgetItem(value))
            self._table.setCellWidget(row, 1, self._class_box(known, value))
        height_px = self._table.verticalHeader().defaultSectionSize()
        self._table.setFixedHeight(height_px * (min(len(values), SHOWN_ROWS) + 1) + 8)
        self._table.setVisible(bool(values))
        self._use.setEnabled(bool(values))

    def _show_left_out(self, found: Sequence[str], listed: Sequence[str]) -> None:
        left_out = [value for value in found if value not in listed]
        text = tr("Values that cannot be used, because they have a comma or are too many: {values}")
        self._left_out.setText(text.format(values="; ".join(left_out[:MOST_NAMED])))
        self._left_out.setVisible(bool(left_out))

    def _class_box(self, known: Dict[str, int], value: str) -> QComboBox:
        box = QComboBox()
        box.addItem(tr("not used"), "")
        for each in self._legend.classes if self._legend is not None else ():
            box.addItem(tr(each.title), each.name)
            if known.get(spelled(value)) == each.code:
                box.setCurrentIndex(box.count() - 1)
        return box

    def _emit_used(self) -> None:
        layer = self._layer.currentLayer()
        if layer is not None:
            self.used.emit(layer, self._field.currentField(), self.label_values())


def _values(layer: Optional[QgsVectorLayer], field: str) -> Tuple[str, ...]:
    """Return the values of a field as texts, once where they differ in case or spaces only."""
    index = layer.fields().lookupField(field) if layer is not None and field else -1
    if layer is None or index < 0:
        return ()
    values = layer.uniqueValues(index, MOST_READ)
    texts: Dict[str, str] = {}
    for text in sorted(str(value) for value in values if not is_null(value)):
        if text.strip():
            texts.setdefault(spelled(text), text)
    return tuple(texts.values())


def _are_listed(values: Sequence[str]) -> Tuple[str, ...]:
    """Return the values of the table: `MOST_VALUES` without a comma, which separates values."""
    return tuple(value for value in values if "," not in value)[:MOST_VALUES]
