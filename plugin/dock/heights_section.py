# SPDX-License-Identifier: GPL-2.0-or-later
"""Section for the layers and the kind of heights."""

from __future__ import annotations

from typing import Optional, Tuple

from qgis.core import QgsMapLayerProxyModel, QgsRasterLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLabel, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named

KIND_TITLES = (
    ("auto", "Automatic"),
    ("dsm", "Surface model (DSM)"),
    ("ndsm", "Heights above ground (nDSM)"),
    ("dsm+dtm", "Surface and terrain model (DSM + DTM)"),
)


class HeightsSection(QGroupBox):
    """Layer and kind of the heights, and the terrain layer if it is needed."""

    changed = pyqtSignal()
    layer_chosen = pyqtSignal()  # by the user, not by the plugin

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Heights"), parent)
        self.setObjectName("orthoscribe_heights")
        self._dsm = self._layer_box(
            "orthoscribe_dsm_layer",
            tr("Heights layer"),
            tr("Raster with heights in meters in its first band, in any CRS and resolution"),
        )
        self._kind = named(
            QComboBox(),
            "orthoscribe_heights_kind",
            tr("Kind of heights"),
            tr("Without a terrain model, the ground is estimated from the surface model"),
        )
        for kind, title in KIND_TITLES:
            self._kind.addItem(tr(title), kind)
        self._kind.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._dtm = self._layer_box(
            "orthoscribe_dtm_layer",
            tr("Terrain layer"),
            tr("Raster with terrain heights in meters in its first band, subtracted from the DSM"),
        )
        self._dtm_label = QLabel(tr("Terrain"))
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Layer"), self._dsm)
        form.addRow(tr("Kind"), self._kind)
        form.addRow(self._dtm_label, self._dtm)
        self._kind.currentIndexChanged.connect(self._emit_changed)
        self._dsm.activated.connect(self._emit_layer_chosen)

    @property
    def layer_boxes(self) -> Tuple[QgsMapLayerComboBox, QgsMapLayerComboBox]:
        """Lists of the layers for heights and terrain."""
        return self._dsm, self._dtm

    def dsm(self) -> Optional[QgsRasterLayer]:
        """Return the heights layer."""
        return self._dsm.currentLayer()

    def dtm(self) -> Optional[QgsRasterLayer]:
        """Return the terrain layer."""
        return self._dtm.currentLayer()

    def kind(self) -> str:
        """Return one of `HEIGHT_KINDS`."""
        return str(self._kind.currentData())

    def set_dsm(self, layer: Optional[QgsRasterLayer]) -> None:
        """Choose the heights layer."""
        self._dsm.setLayer(layer)

    def set_dtm(self, layer: Optional[QgsRasterLayer]) -> None:
        """Choose the terrain layer."""
        self._dtm.setLayer(layer)

    def choose_terrain(self, layer: QgsRasterLayer) -> None:
        """Choose the kind with a terrain layer, and this layer."""
        self._dtm.setLayer(layer)
        self._kind.setCurrentIndex(self._kind.findData("dsm+dtm"))

    def show_terrain_layer(self, is_wanted: bool) -> None:
        """Show or hide the terrain layer."""
        self._dtm.setVisible(is_wanted)
        self._dtm_label.setVisible(is_wanted)

    def _layer_box(self, object_name: str, title: str, tip: str) -> QgsMapLayerComboBox:
        box = named(QgsMapLayerComboBox(), object_name, title, tip)
        box.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
        box.setAllowEmptyLayer(True)
        box.setLayer(None)
        box.layerChanged.connect(self._emit_changed)
        return box

    def _emit_changed(self) -> None:
        self.changed.emit()

    def _emit_layer_chosen(self) -> None:
        self.layer_chosen.emit()
