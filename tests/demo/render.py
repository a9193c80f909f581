# SPDX-License-Identifier: GPL-2.0-or-later
"""Draw a label job's results with QGIS: the image on the left, the map and legend on the right."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import List

from qgis.core import (
    QgsApplication,
    QgsFillSymbol,
    QgsMapLayer,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QImage, QPainter

PANEL_PX = 800
LEGEND_PX = 44
OUTLINES = (("buildings", "#101060"), ("roads", "#707070"), ("cars", "#b03000"))


def panel(layers: List[QgsMapLayer], reference: QgsMapLayer) -> QImage:
    """Return the layers, first on top, drawn over the extent of `reference`."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(reference.crs())
    settings.setExtent(reference.extent())
    settings.setOutputSize(QSize(PANEL_PX, PANEL_PX))
    settings.setBackgroundColor(QColor("#b8b8b8"))  # white is a class
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def outlines(labels: Path) -> List[QgsMapLayer]:
    """Return the polygon layers, drawn as outlines so that the classes stay visible."""
    layers: List[QgsMapLayer] = []
    for name, color in OUTLINES:
        layer = QgsVectorLayer(f"{labels / 'polygons.gpkg'}|layername={name}", name)
        if not layer.isValid():
            sys.exit(f"The layer {name} cannot be opened by QGIS.")
        symbol = QgsFillSymbol.createSimple(
            {"style": "no", "outline_color": color, "outline_width": "0.5"}
        )
        layer.setRenderer(QgsSingleSymbolRenderer(symbol))
        layers.append(layer)
    return layers


def draw_legend(painter: QPainter, classes: QgsRasterLayer, top_px: int) -> None:
    """Draw one swatch and name per class, as QGIS itself reads them from the layer."""
    painter.setFont(QFont("Sans", 13))
    entries = [entry for entry in classes.renderer().legendSymbologyItems() if entry[0]]
    left = 16
    for name, color in entries:
        painter.setPen(QColor("#404040"))
        painter.setBrush(QColor(color))
        painter.drawRect(QRect(left, top_px + 12, 28, 20))
        painter.drawText(left + 36, top_px + 28, name)
        left += 60 + painter.fontMetrics().horizontalAdvance(name)


def main(image: Path, labels: Path, destination: Path) -> None:
    """Write the picture."""
    photo = QgsRasterLayer(str(image), "image")
    classes = QgsRasterLayer(str(labels / "classes.tif"), "classes")
    canvas = QImage(2 * PANEL_PX, PANEL_PX + LEGEND_PX, QImage.Format.Format_RGB32)
    canvas.fill(Qt.GlobalColor.white)
    painter = QPainter(canvas)
    painter.drawImage(0, 0, panel([photo], photo))
    painter.drawImage(PANEL_PX, 0, panel([*outlines(labels), classes], photo))
    draw_legend(painter, classes, PANEL_PX)
    painter.end()
    if not canvas.save(str(destination)):
        sys.exit(f"{destination} cannot be written.")


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    main(*(Path(argument) for argument in sys.argv[1:4]))
    sys.stdout.flush()
    os._exit(0)  # layers that outlive exitQgis crash QGIS
