# SPDX-License-Identifier: GPL-2.0-or-later
"""Section for the image layer and its near infrared, red and green bands."""

from __future__ import annotations

from typing import Optional, Tuple

from qgis.core import QgsMapLayerProxyModel, QgsRasterLayer
from qgis.gui import QgsMapLayerComboBox, QgsRasterBandComboBox
from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPixmap
from qgis.PyQt.QtWidgets import QGridLayout, QGroupBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ..i18n import tr
from ..layers.bands import BANDS_PROPERTY, initial_bands
from ..protocol import IMAGE_ROLES
from ..widgets.named_widgets import named
from .band_sample import BandSample, argb_bytes
from .preview_task import EDGE_PX

TITLES = {"nir": "NIR", "red": "Red", "green": "Green"}
COLORS = {"nir": "near infrared", "red": "red", "green": "green"}


class ImageSection(QGroupBox):
    """Image layer and band roles, with a false-color preview."""

    layer_changed = pyqtSignal()
    layer_chosen = pyqtSignal()  # by the user, not by the plugin
    bands_changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Image"), parent)
        self.setObjectName("orthoscribe_image")
        self._layers = named(
            QgsMapLayerComboBox(),
            "orthoscribe_image_layer",
            tr("Image layer"),
            tr("Raster with near infrared, red and green bands, in a projected CRS"),
        )
        self._layers.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
        self._layers.setAllowEmptyLayer(True)
        self._bands = {role: self._band_box(role) for role in IMAGE_ROLES}
        self._picture = named(
            QLabel(),
            "orthoscribe_preview",
            tr("Preview of the bands"),
            tr("Near infrared, red and green bands shown as red, green and blue (plants look red)"),
        )
        self._picture.setFixedSize(EDGE_PX, EDGE_PX)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = named(
            QLabel(),
            "orthoscribe_ndvi",
            tr("Vegetation check"),
            tr("Share of the preview with a vegetation index (NDVI) clearly above zero"),
        )
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setWordWrap(True)
        self._build_layout()
        self._layers.layerChanged.connect(self._on_layer_changed)
        self._layers.activated.connect(self._emit_layer_chosen)
        self._on_layer_changed(self._layers.currentLayer())

    @property
    def layer_box(self) -> QgsMapLayerComboBox:
        """List of the layers."""
        return self._layers

    def layer(self) -> Optional[QgsRasterLayer]:
        """Return the chosen layer."""
        return self._layers.currentLayer()

    def set_layer(self, layer: Optional[QgsRasterLayer]) -> None:
        """Choose `layer`."""
        self._layers.setLayer(layer)

    def bands(self) -> Tuple[int, int, int]:
        """Return the numbers of the NIR, red and green bands; 0 if not set."""
        nir, red, green = (max(0, self._bands[role].currentBand()) for role in IMAGE_ROLES)
        return nir, red, green

    def detect_bands(self) -> None:
        """Forget the bands chosen for the layer and choose those that are detected."""
        layer = self.layer()
        if layer is not None:
            layer.removeCustomProperty(BANDS_PROPERTY)
            self._on_layer_changed(layer)

    def show_sample(self, sample: Optional[BandSample], hint: str) -> None:
        """Show the preview of a sample, None to clear it, and a hint about the bands."""
        self._hint.setText(hint)
        if sample is None:
            self._picture.clear()
            return
        width_px, height_px = sample.width_px, sample.height_px
        pixels = argb_bytes(sample)
        image = QImage(pixels, width_px, height_px, 4 * width_px, QImage.Format.Format_ARGB32)
        self._picture.setPixmap(
            QPixmap.fromImage(image).scaled(
                self._picture.size(),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )

    def _band_box(self, role: str) -> QgsRasterBandComboBox:
        box = named(
            QgsRasterBandComboBox(),
            f"orthoscribe_{role}_band",
            tr("{title} band").format(title=tr(TITLES[role])),
            tr("Band with {color} values").format(color=tr(COLORS[role])),
        )
        box.setShowNotSetOption(True, tr("Not set"))
        box.bandChanged.connect(self._on_bands_changed)
        return box

    def _build_layout(self) -> None:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, role in enumerate(IMAGE_ROLES):
            label = QLabel(tr(TITLES[role]))
            label.setBuddy(self._bands[role])
            grid.addWidget(label, row, 0)
            grid.addWidget(self._bands[role], row, 1)
        sample = QHBoxLayout()  # below the bands, whose names need the whole width
        sample.addWidget(self._picture)
        sample.addWidget(self._hint, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._layers)
        layout.addLayout(grid)
        layout.addLayout(sample)

    def _on_layer_changed(self, layer: Optional[QgsRasterLayer]) -> None:
        """Show the bands of the layer, with those saved for it or detected as chosen."""
        numbers = initial_bands(layer) if layer is not None else (0, 0, 0)
        for role, number in zip(IMAGE_ROLES, numbers):
            box = self._bands[role]
            blocker = QSignalBlocker(box)
            box.setEnabled(layer is not None)
            box.setLayer(layer)
            box.setBand(number or -1)
            blocker.unblock()
        self.layer_changed.emit()

    def _on_bands_changed(self) -> None:
        layer = self.layer()
        if layer is not None:
            layer.setCustomProperty(BANDS_PROPERTY, " ".join(map(str, self.bands())))
        self.bands_changed.emit()

    def _emit_layer_chosen(self) -> None:
        self.layer_chosen.emit()
