# SPDX-License-Identifier: GPL-2.0-or-later
"""Collapsed section for options that most runs leave at their defaults."""

from __future__ import annotations

from typing import Optional

from qgis.gui import QgsCollapsibleGroupBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QSpinBox,
    QWidget,
)

from ..i18n import tr
from ..protocol import DEVICES
from ..settings import DEVICE
from ..widgets.named_widgets import named
from .plan_section import PlanSection
from .run_on import RunOn
from .state import DEFAULTS, Options

DEFAULT_OPTIONS = Options()

DEVICE_TITLES = {
    "auto": "Automatic",
    "cpu": "Processor (CPU)",
    "cuda": "NVIDIA graphics card (CUDA)",
    "mps": "Apple graphics (MPS)",
}


class OptionsSection(QgsCollapsibleGroupBox):
    """Confidence raster, edited polygons, tiles, device, place to run and plan."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Options"), parent)
        self.setObjectName("orthoscribe_options")
        self.setCollapsed(True)
        self._show_confidence = self._check_box(
            "show_confidence",
            tr("Show confidence"),
            tr("Also add the raster with the model's confidence in each pixel, from 0 to 100"),
        )
        self._keep_edited = self._check_box(
            "keep_edited",
            tr("Keep edited polygons"),
            tr(
                "Take over the polygons of the last result of this image that you edited or "
                "reviewed; new ones are cut around them"
            ),
        )
        self._keep_edited.setChecked(DEFAULT_OPTIONS.keep_edited)
        self._tile = self._number_box("tile_size_px", tr("Tile size"), 0, 16384, 64)
        self._tile.setSpecialValueText(tr("Automatic"))
        self._tile.setSuffix(tr(" px"))
        self._tile.setToolTip(tr("Smaller tiles need less memory and give the same result"))
        self._batch = self._number_box("batch_size", tr("Batch size"), 1, 64, 1)
        self._batch.setToolTip(
            tr("Number of tiles computed at once (more can be faster on a graphics card)")
        )
        self._device = self._device_box()
        self._run_on = RunOn()
        self._run_on.changed.connect(self._emit_changed)
        self.plan = PlanSection()
        self._build_layout()

    def options(self) -> Options:
        """Return the chosen options."""
        place = self._run_on.place()
        return Options(
            tile_size_px=self._tile.value(),
            batch_size=self._batch.value(),
            device=str(self._device.currentData()),
            cluster=place.cluster,
            cluster_problem=place.problem,
            show_confidence=self._show_confidence.isChecked(),
            keep_edited=self._keep_edited.isChecked(),
        )

    def save_settings(self) -> None:
        """Save the device for the next session."""
        DEVICE.write(str(self._device.currentData()))

    def teardown(self) -> None:
        """End running work."""
        self._run_on.teardown()

    def _build_layout(self) -> None:
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self._show_confidence)
        form.addRow(self._keep_edited)
        form.addRow(tr("Tile size"), self._tile)
        form.addRow(tr("Batch size"), self._batch)
        form.addRow(tr("Device"), self._device)
        form.addRow(tr("Run on"), self._run_on)
        form.addRow(self.plan)

    def _check_box(self, name: str, title: str, tip: str) -> QCheckBox:
        box = named(QCheckBox(title), f"orthoscribe_{name}", title, tip)
        box.toggled.connect(self._emit_changed)
        return box

    def _number_box(self, name: str, title: str, low: int, high: int, step: int) -> QSpinBox:
        box = named(QSpinBox(), f"orthoscribe_{name}", title, title)
        box.setRange(low, high)
        box.setSingleStep(step)
        box.setValue(getattr(DEFAULTS, name))
        box.valueChanged.connect(self._emit_changed)
        return box

    def _device_box(self) -> QComboBox:
        box = named(
            QComboBox(), "orthoscribe_device", tr("Device"), tr("Device that runs the network")
        )
        for device in DEVICES:
            box.addItem(tr(DEVICE_TITLES[device]), device)
        box.setCurrentIndex(max(0, box.findData(DEVICE.read())))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.currentIndexChanged.connect(self._emit_changed)
        return box

    def _emit_changed(self) -> None:
        self.changed.emit()
