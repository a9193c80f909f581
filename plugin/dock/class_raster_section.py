# SPDX-License-Identifier: GPL-2.0-or-later
"""Section of the tab *Polygons*: the class raster, and the preview of its polygons."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.core import QgsMapLayer, QgsMapLayerProxyModel, QgsRasterLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QFormLayout, QGroupBox, QHBoxLayout, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, small_button, text_label


class ClassRasterSection(QGroupBox):
    """Choice of the class raster, the switch of the preview, and *Vectorize all*."""

    layer_chosen = pyqtSignal()  # by the user
    changed = pyqtSignal()
    vectorize_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Class raster"), parent)
        self.setObjectName("orthoscribe_class_raster_section")
        self._layer = self._layer_box()
        self._preview = named(
            QCheckBox(tr("Preview view")),
            "orthoscribe_preview_polygons",
            tr("Preview the current view"),
            tr("Draw the polygons of the visible part again after each change, without labeling"),
        )
        self._vectorize = small_button(
            "vectorize", tr("Vectorize all"), tr("Write the polygons of the whole class raster")
        )
        self._text = text_label("orthoscribe_polygons_text", tr("About the preview"))
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Raster"), self._layer)
        row = QHBoxLayout()
        row.addWidget(self._preview, 1)
        row.addWidget(self._vectorize)
        form.addRow(row)
        form.addRow(self._text)
        self._layer.activated.connect(self._on_activated)
        self._layer.layerChanged.connect(self._emit_changed)
        self._preview.toggled.connect(self._emit_changed)
        self._vectorize.clicked.connect(self._emit_vectorize)

    def layer(self) -> Optional[QgsRasterLayer]:
        """Return the chosen class raster; None if none is chosen."""
        return self._layer.currentLayer()

    def set_layer(self, layer: Optional[QgsRasterLayer]) -> None:
        """Choose a class raster."""
        if layer != self._layer.currentLayer():
            self._layer.setLayer(layer)

    def leave_out(self, layers: Sequence[QgsMapLayer]) -> None:
        """Leave layers out of the choice."""
        # The present list must not be read: it may hold layers that have been deleted.
        self._layer.setExceptedLayerList(list(layers))

    def wants_preview(self) -> bool:
        """Return whether the preview is switched on."""
        return bool(self._preview.isChecked())

    def end_preview(self) -> None:
        """Switch the preview off."""
        self._preview.setChecked(False)

    def enable_vectorize(self, is_possible: bool) -> None:
        """Enable or disable *Vectorize all*."""
        self._vectorize.setEnabled(is_possible)

    def show_text(self, text: str) -> None:
        """Show a sentence about the preview; none hides it."""
        self._text.setText(text)
        self._text.setVisible(bool(text))

    def _layer_box(self) -> QgsMapLayerComboBox:
        tip = tr("Result of a run, or any raster with one band of class codes")
        box = named(QgsMapLayerComboBox(), "orthoscribe_class_raster", tr("Class raster"), tip)
        box.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
        box.setAllowEmptyLayer(True)
        box.setMinimumContentsLength(8)
        return box

    def _on_activated(self) -> None:
        self.layer_chosen.emit()

    def _emit_vectorize(self) -> None:
        self.vectorize_pressed.emit()

    def _emit_changed(self) -> None:
        self.changed.emit()
