# SPDX-License-Identifier: GPL-2.0-or-later
"""Section for the model, the area to label and the output folder."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsMapLayerProxyModel, QgsVectorLayer
from qgis.gui import QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLabel, QWidget

from ..i18n import tr
from ..settings import MODEL, OUTPUT_FOLDER
from ..widgets.named_widgets import named
from .model_selector import ModelSelector
from .state import POLYGONS, VIEW, WHOLE

AREA_TITLES = (
    (WHOLE, "Whole layer"),
    (VIEW, "Current view"),
    (POLYGONS, "Polygons of a layer"),
)


class LabelingSection(QGroupBox):
    """Model, area and output folder, and the polygon layer if it is needed."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Labeling"), parent)
        self.setObjectName("orthoscribe_labeling")
        self._model = ModelSelector()
        self._area = self._area_box()
        self._polygons = self._polygons_box()
        self._polygons_label = QLabel(tr("Polygons"))
        self._output = self._output_box()
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Model"), self._model)
        form.addRow(tr("Area"), self._area)
        form.addRow(self._polygons_label, self._polygons)
        form.addRow(tr("Output"), self._output)
        self._model.changed.connect(self._emit_changed)
        self._area.currentIndexChanged.connect(self._emit_changed)
        self._polygons.layerChanged.connect(self._emit_changed)
        self._output.fileChanged.connect(self._emit_changed)

    def model(self) -> str:
        """Return the name of the model."""
        return self._model.model()

    def heightless_model(self) -> str:
        """Return the name of a model that needs no heights; empty if none is installed."""
        return self._model.heightless()

    def choose_model(self, name: str) -> None:
        """Choose a model, with the same effect as a choice by the user."""
        self._model.choose(name)

    def show_models(self) -> None:
        """Open the list of all models and architectures."""
        self._model.show_all()

    def area(self) -> str:
        """Return one of `AREAS`."""
        return str(self._area.currentData())

    def polygons(self) -> Optional[QgsVectorLayer]:
        """Return the polygon layer of the area."""
        return self._polygons.currentLayer()

    def output(self) -> str:
        """Return the output folder; empty for temporary results."""
        return self._output.filePath().strip()

    def show_polygon_layer(self, are_wanted: bool) -> None:
        """Show or hide the polygon layer."""
        self._polygons.setVisible(are_wanted)
        self._polygons_label.setVisible(are_wanted)

    def save_settings(self) -> None:
        """Save the model and the start folder of the folder dialog for the next session."""
        MODEL.write(self.model())
        if self.output():
            OUTPUT_FOLDER.write(str(Path(self.output()).parent))

    def _area_box(self) -> QComboBox:
        box = named(QComboBox(), "orthoscribe_area", tr("Area"), tr("Part of the image to label"))
        for area, title in AREA_TITLES:
            box.addItem(tr(title), area)
        return box

    def _polygons_box(self) -> QgsMapLayerComboBox:
        box = named(
            QgsMapLayerComboBox(),
            "orthoscribe_polygons",
            tr("Polygons of the area"),
            tr("Polygon layer, outside of which the image is not labeled"),
        )
        box.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        box.setAllowEmptyLayer(True)
        return box

    def _output_box(self) -> QgsFileWidget:
        box = named(
            QgsFileWidget(),
            "orthoscribe_output",
            tr("Output folder"),
            tr(
                "Folder in which each run creates its own subfolder. If empty, results are "
                "temporary and are deleted when QGIS closes."
            ),
        )
        box.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        box.setDialogTitle(tr("Choose the output folder"))
        box.lineEdit().setPlaceholderText(tr("[Temporary folder]"))
        box.setDefaultRoot(OUTPUT_FOLDER.read())
        return box

    def _emit_changed(self) -> None:
        self.changed.emit()
