# SPDX-License-Identifier: GPL-2.0-or-later
"""Which image, and which of its bands are near infrared, red and green."""

from __future__ import annotations

from typing import Optional, Tuple

from qgis.core import QgsMapLayerProxyModel, QgsRasterLayer
from qgis.gui import QgsMapLayerComboBox, QgsRasterBandComboBox
from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPixmap
from qgis.PyQt.QtWidgets import QGridLayout, QGroupBox, QLabel, QVBoxLayout, QWidget

from ..i18n import tr
from ..layers.bands import guess_band_roles
from ..protocol import IMAGE_ROLES
from .naming import named
from .preview import EDGE_PX
from .thumbnail import Sample, argb_bytes

BANDS_PROPERTY = "orthoscribe/bands"
TITLES = {"nir": "NIR", "red": "Red", "green": "Green"}
COLORS = {"nir": "near infrared", "red": "red", "green": "green"}


class ImageSection(QGroupBox):
    """The image's layer and band roles, with a small picture of what they amount to."""

    layer_changed = pyqtSignal()
    layer_chosen = pyqtSignal()  # by the user, not by us
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
            tr("Near infrared shown red, red shown green, green shown blue: plants look red"),
        )
        self._picture.setFixedSize(EDGE_PX, EDGE_PX)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint = named(
            QLabel(),
            "orthoscribe_ndvi",
            tr("Vegetation check"),
            tr("Share of the preview whose vegetation index (NDVI) is clearly above zero"),
        )
        self._hint.setTextFormat(Qt.TextFormat.PlainText)
        self._hint.setWordWrap(True)
        self._arrange()
        self._layers.layerChanged.connect(self._take_layer)
        self._layers.activated.connect(self._tell_chosen)
        self._take_layer(self._layers.currentLayer())

    def layer(self) -> Optional[QgsRasterLayer]:
        """Return the chosen layer."""
        return self._layers.currentLayer()

    def set_layer(self, layer: Optional[QgsRasterLayer]) -> None:
        """Choose `layer`."""
        self._layers.setLayer(layer)

    def bands(self) -> Tuple[int, int, int]:
        """Return the numbers of the NIR, red and green band; 0 where none is chosen."""
        nir, red, green = (max(0, self._bands[role].currentBand()) for role in IMAGE_ROLES)
        return nir, red, green

    def show_sample(self, sample: Optional[Sample], hint: str) -> None:
        """Show a picture of the bands, or none, and what is to be said about them."""
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
            tr("Band that holds {color}").format(color=tr(COLORS[role])),
        )
        box.setShowNotSetOption(True, tr("Not set"))
        box.bandChanged.connect(self._take_bands)
        return box

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, role in enumerate(IMAGE_ROLES):
            label = QLabel(tr(TITLES[role]))
            label.setBuddy(self._bands[role])
            grid.addWidget(label, row, 0)
            grid.addWidget(self._bands[role], row, 1)
        grid.addWidget(self._picture, 0, 2, len(IMAGE_ROLES), 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._layers)
        layout.addLayout(grid)
        layout.addWidget(self._hint)

    def _take_layer(self, layer: Optional[QgsRasterLayer]) -> None:
        """Offer the layer's bands, and choose those remembered for it or guessed."""
        numbers = _known_bands(layer) if layer is not None else (0, 0, 0)
        for role, number in zip(IMAGE_ROLES, numbers):
            box = self._bands[role]
            blocker = QSignalBlocker(box)
            box.setEnabled(layer is not None)
            box.setLayer(layer)
            box.setBand(number or -1)
            blocker.unblock()
        self.layer_changed.emit()

    def _take_bands(self) -> None:
        layer = self.layer()
        if layer is not None:
            layer.setCustomProperty(BANDS_PROPERTY, " ".join(map(str, self.bands())))
        self.bands_changed.emit()

    def _tell_chosen(self) -> None:
        self.layer_chosen.emit()


def _known_bands(layer: QgsRasterLayer) -> Tuple[int, ...]:
    remembered = str(layer.customProperty(BANDS_PROPERTY, "")).split()
    if len(remembered) == len(IMAGE_ROLES) and all(
        word.isdigit() and int(word) <= layer.bandCount() for word in remembered
    ):
        return tuple(map(int, remembered))
    guessed = guess_band_roles(layer)
    return tuple(guessed[role] for role in IMAGE_ROLES)
