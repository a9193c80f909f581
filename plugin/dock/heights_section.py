# SPDX-License-Identifier: GPL-2.0-or-later
"""Which heights go with the image, and what they are measured from."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsMapLayerProxyModel, QgsRasterLayer
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLabel, QWidget

from ..i18n import tr
from .naming import named

KINDS = (
    ("auto", "Automatic"),
    ("dsm", "Surface Model (DSM)"),
    ("ndsm", "Heights Above Ground (nDSM)"),
    ("dsm+dtm", "Surface and Terrain Model (DSM + DTM)"),
)


class HeightsSection(QGroupBox):
    """The heights' layer and kind; the terrain's layer appears where it is needed."""

    changed = pyqtSignal()
    layer_chosen = pyqtSignal()  # by the user, not by us

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Heights"), parent)
        self.setObjectName("orthoscribe_heights")
        self._dsm = self._layer_box(
            "orthoscribe_dsm_layer",
            tr("Heights layer"),
            tr("Raster whose first band holds heights in meters; any CRS and resolution will do"),
        )
        self._kind = named(
            QComboBox(),
            "orthoscribe_heights_kind",
            tr("Kind of heights"),
            tr("Without a terrain model the ground is estimated from the surface model"),
        )
        for kind, title in KINDS:
            self._kind.addItem(tr(title), kind)
        self._kind.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._dtm = self._layer_box(
            "orthoscribe_dtm_layer",
            tr("Terrain layer"),
            tr("Raster whose first band holds the bare ground in meters, subtracted from the DSM"),
        )
        self._dtm_label = QLabel(tr("Terrain"))
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Layer"), self._dsm)
        form.addRow(tr("Kind"), self._kind)
        form.addRow(self._dtm_label, self._dtm)
        self._kind.currentIndexChanged.connect(self._tell)
        self._dsm.activated.connect(self._tell_chosen)

    def dsm(self) -> Optional[QgsRasterLayer]:
        """Return the layer of the heights."""
        return self._dsm.currentLayer()

    def dtm(self) -> Optional[QgsRasterLayer]:
        """Return the layer of the terrain."""
        return self._dtm.currentLayer()

    def kind(self) -> str:
        """Return one of `HEIGHT_KINDS`."""
        return str(self._kind.currentData())

    def set_dsm(self, layer: Optional[QgsRasterLayer]) -> None:
        """Choose the layer of the heights."""
        self._dsm.setLayer(layer)

    def set_dtm(self, layer: Optional[QgsRasterLayer]) -> None:
        """Choose the layer of the terrain."""
        self._dtm.setLayer(layer)

    def ask_for_terrain(self, is_wanted: bool) -> None:
        """Show or hide the terrain's layer."""
        self._dtm.setVisible(is_wanted)
        self._dtm_label.setVisible(is_wanted)

    def _layer_box(self, object_name: str, title: str, tip: str) -> QgsMapLayerComboBox:
        box = named(QgsMapLayerComboBox(), object_name, title, tip)
        box.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
        box.setAllowEmptyLayer(True)
        box.setLayer(None)
        box.layerChanged.connect(self._tell)
        return box

    def _tell(self) -> None:
        self.changed.emit()

    def _tell_chosen(self) -> None:
        self.layer_chosen.emit()
