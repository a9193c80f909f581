# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Area and model*: the image, its heights, the model, and what is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from qgis.core import QgsMapLayerProxyModel
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import QSignalBlocker
from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFormLayout,
    QGroupBox,
    QLabel,
    QRadioButton,
    QVBoxLayout,
)

from ...choices import titled
from ...i18n import tr
from ...layers.default_layers import default_heights, default_image, rasters_in_drawing_order
from ...protocol import HEIGHT_KINDS
from ...widgets.named_widgets import named, small_button, text_label
from ..draft import FinetuneDraft
from ..draft_layers import draft_of_newest_result, image_of, raster_of, scene_values
from ..page import Page, WizardContext
from .area_presenter import CAUSE_TITLES, AreaPresenter
from .new_classes import NewClassesEditor

LEAST_CHARACTERS = 12


class AreaPage(Page):
    """Page for the inputs and the cause."""

    def __init__(self, context: WizardContext) -> None:
        super().__init__(context)
        self.setObjectName("orthoscribe_wizard_area")
        self._image = _layer_box("image", tr("Image"), tr("Image on which the map is wrong"))
        self._dsm = _layer_box("dsm", tr("Heights"), tr("Heights of the same place, in meters"))
        self._dtm = _layer_box("dtm", tr("Terrain"), tr("Terrain that is subtracted, in meters"))
        self._kind = _box("heights_kind", tr("Kind of heights"), tr("How the heights are read"))
        for choice in titled("heights", HEIGHT_KINDS):
            self._kind.addItem(choice.title, choice.value)
        self._model = _box("start", tr("Model"), tr("Model to improve; it stays as it is"))
        self._causes = QButtonGroup(self)
        self._cause_help = text_label("orthoscribe_wizard_cause_help", tr("About the cause"))
        self._new_classes = NewClassesEditor()
        self._dtm_label = QLabel(tr("Terrain"))
        self._anew = small_button(
            "wizard_anew",
            tr("Start anew"),
            tr(
                "Forget these choices and take the newest result; drawn polygons stay in their file"
            ),
        )
        self._lay_out()
        self._connect()

    def enter(self) -> None:
        """Show the draft; one without an image takes the most likely layers of the project."""
        if not self.context.draft.value.image:
            self._choose_likely_layers()
        self._show(self.context.draft.value)

    def problems(self) -> Tuple[str, ...]:
        """Return what is missing or wrong in the inputs."""
        draft, project = self.context.draft.value, self.context.project
        dsm = raster_of(draft.dsm, project) if draft.dsm else None
        return self._presenter().problems(dsm)

    def _presenter(self) -> AreaPresenter:
        return AreaPresenter(self.context.draft.value, self.context.project)

    def _choose_likely_layers(self) -> None:
        project = self.context.project
        rasters = rasters_in_drawing_order(project)
        image = default_image(rasters, self.context.iface.activeLayer())
        if image is None:
            return
        dsm = default_heights(rasters, image, project.transformContext())
        values = scene_values(image, dsm, None, "auto")
        self.context.draft.suggest(replace(self.context.draft.value, **values))

    def _show(self, draft: FinetuneDraft) -> None:
        project, presenter = self.context.project, self._presenter()
        layers = (
            (self._image, image_of(draft, project)),
            (self._dsm, raster_of(draft.dsm, project) if draft.dsm else None),
            (self._dtm, raster_of(draft.dtm, project) if draft.dtm else None),
        )
        blockers = [QSignalBlocker(each) for each in (*(box for box, _ in layers), self._kind)]
        for box, layer in layers:
            box.setLayer(layer)
        self._kind.setCurrentIndex(self._kind.findData(draft.heights))
        for blocker in blockers:
            blocker.unblock()
        self._show_models(presenter)
        number = [cause for cause, _ in CAUSE_TITLES].index(draft.cause)
        self._causes.button(number).setChecked(True)
        self._new_classes.show_values(draft.new_classes)
        self._show_what_is_needed()

    def _show_models(self, presenter: AreaPresenter) -> None:
        blocker = QSignalBlocker(self._model)
        self._model.clear()
        for choice in presenter.models():
            self._model.addItem(choice.title, choice.value)
        self._model.setCurrentIndex(self._model.findData(self.context.draft.value.start))
        blocker.unblock()

    def _show_what_is_needed(self) -> None:
        presenter = self._presenter()
        self._cause_help.setText(presenter.cause_help())
        self._new_classes.setVisible(presenter.wants_new_classes())
        self._anew.setVisible(bool(self.context.draft.value.labels))
        for each in (self._dtm, self._dtm_label):
            each.setVisible(presenter.wants_terrain())

    def _on_layers_changed(self) -> None:
        kind = str(self._kind.currentData())
        values = scene_values(
            self._image.currentLayer(), self._dsm.currentLayer(), self._dtm.currentLayer(), kind
        )
        if values["image"] != self.context.draft.value.image:
            values.update(done_spots=(), skipped_spots=())
        self.context.draft.change(**{**values, "heights": kind})
        self._show_what_is_needed()
        self.changed.emit()

    def _start_anew(self) -> None:
        first = draft_of_newest_result(self.context.project)
        self.context.draft.put(first or FinetuneDraft())
        self.enter()
        self.changed.emit()

    def _on_choice(self) -> None:
        cause = CAUSE_TITLES[self._causes.checkedId()][0]
        self.context.draft.change(
            start=str(self._model.currentData()),
            cause=cause,
            new_classes=self._new_classes.values(),
        )
        self._show_what_is_needed()
        self.changed.emit()

    def _connect(self) -> None:
        for box in (self._image, self._dsm, self._dtm):
            # By the user: a layer that is removed from the project stays in the draft.
            box.activated.connect(self._on_layers_changed)
        self._kind.currentIndexChanged.connect(self._on_layers_changed)
        self._model.currentIndexChanged.connect(self._on_choice)
        self._causes.buttonClicked.connect(self._on_choice)
        self._new_classes.changed.connect(self._on_choice)
        self._anew.clicked.connect(self._start_anew)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("Image"), self._image)
        form.addRow(tr("Heights"), self._dsm)
        form.addRow(tr("Kind"), self._kind)
        form.addRow(self._dtm_label, self._dtm)
        form.addRow(tr("Model"), self._model)
        wrong = QGroupBox(tr("What is wrong?"))
        reasons = QVBoxLayout(wrong)
        for number, (cause, title) in enumerate(CAUSE_TITLES):
            button = named(
                QRadioButton(tr(title)), f"orthoscribe_wizard_cause_{cause}", tr(title), ""
            )
            button.setMinimumWidth(1)
            self._causes.addButton(button, number)
            reasons.addWidget(button)
        reasons.addWidget(self._cause_help)
        reasons.addWidget(self._new_classes)
        promise = text_label("orthoscribe_wizard_promise", tr("What is learned"))
        promise.setText(
            tr(
                "Only what you draw counts; the rest of the image stays unknown. The model you "
                "start from is never changed: a new one is made."
            )
        )
        layout = QVBoxLayout(self)
        layout.addLayout(form)
        layout.addWidget(wrong)
        layout.addWidget(promise)
        layout.addWidget(self._anew)
        layout.addStretch(1)


def _layer_box(name: str, title: str, tip: str) -> QgsMapLayerComboBox:
    box = named(QgsMapLayerComboBox(), f"orthoscribe_wizard_{name}", title, tip)
    box.setFilters(QgsMapLayerProxyModel.Filter.RasterLayer)
    box.setAllowEmptyLayer(True)
    box.setLayer(None)
    return box


def _box(name: str, title: str, tip: str) -> QComboBox:
    box = named(QComboBox(), f"orthoscribe_wizard_{name}", title, tip)
    policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    box.setSizeAdjustPolicy(policy)
    box.setMinimumContentsLength(LEAST_CHARACTERS)
    return box
