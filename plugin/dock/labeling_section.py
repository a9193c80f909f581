# SPDX-License-Identifier: GPL-2.0-or-later
"""With which model, where on the image, and into which folder."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from qgis.core import QgsMapLayerProxyModel, QgsVectorLayer
from qgis.gui import QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QFormLayout, QGroupBox, QLabel, QWidget

from ..i18n import tr
from ..settings import MODEL, OUTPUT_FOLDER
from .model_box import ModelBox
from .naming import named
from .state import POLYGONS, VIEW, WHOLE

AREA_TITLES = (
    (WHOLE, "Whole Layer"),
    (VIEW, "Current View"),
    (POLYGONS, "Polygons of a Layer"),
)


class LabelingSection(QGroupBox):
    """Model, area and output; the layer of polygons appears where it is needed."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Labeling"), parent)
        self.setObjectName("orthoscribe_labeling")
        self._model = ModelBox()
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
        self._model.changed.connect(self._tell)
        self._area.currentIndexChanged.connect(self._tell)
        self._polygons.layerChanged.connect(self._tell)
        self._output.fileChanged.connect(self._tell)

    def model(self) -> str:
        """Return the name of the model."""
        return self._model.model()

    def heightless_model(self) -> str:
        """Return the name of a model that needs no heights; empty where none is installed."""
        return self._model.heightless()

    def choose_model(self, name: str) -> None:
        """Choose a model as if the user had."""
        self._model.choose(name)

    def area(self) -> str:
        """Return one of `AREAS`."""
        return str(self._area.currentData())

    def polygons(self) -> Optional[QgsVectorLayer]:
        """Return the layer whose polygons are the area."""
        return self._polygons.currentLayer()

    def output(self) -> str:
        """Return the chosen folder; empty for a temporary one."""
        return self._output.filePath().strip()

    def ask_for_polygons(self, are_wanted: bool) -> None:
        """Show or hide the layer of polygons."""
        self._polygons.setVisible(are_wanted)
        self._polygons_label.setVisible(are_wanted)

    def remember(self) -> None:
        """Keep the model, and where the folder dialog opens, for the next session."""
        MODEL.write(self.model())
        if self.output():
            OUTPUT_FOLDER.write(str(Path(self.output()).parent))

    def _area_box(self) -> QComboBox:
        box = named(
            QComboBox(), "orthoscribe_area", tr("Area"), tr("Part of the image that is labeled")
        )
        for area, title in AREA_TITLES:
            box.addItem(tr(title), area)
        return box

    def _polygons_box(self) -> QgsMapLayerComboBox:
        box = named(
            QgsMapLayerComboBox(),
            "orthoscribe_polygons",
            tr("Polygons of the area"),
            tr("Only what lies inside these polygons is labeled"),
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
                "Folder in which each run gets a folder of its own; left empty, results are "
                "temporary and go when QGIS closes"
            ),
        )
        box.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        box.setDialogTitle(tr("Choose the output folder"))
        box.lineEdit().setPlaceholderText(tr("[Temporary folder]"))
        box.setDefaultRoot(OUTPUT_FOLDER.read())
        return box

    def _tell(self) -> None:
        self.changed.emit()
