# SPDX-License-Identifier: GPL-2.0-or-later
"""The decision about a trained model, and what follows: label again, or go back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..layers.polygon_carry_over import kept_text
from ..models import legend_of, title_of
from ..project_model import (
    former_model,
    project_model,
    return_to_former_model,
    use_improved_model,
)
from ..protocol import OrthoscribeError, named_models
from ..widgets.named_widgets import named, text_label
from ..widgets.text_table import TextTable
from .levels import NOTE, PROBLEM, SUCCESS
from .pages.compare_presenter import CHANGE_HEADINGS, ComparePresenter, changed_rows
from .progress_row import ProgressRow
from .relabeling import Relabeling

if TYPE_CHECKING:
    from .page import WizardContext

NAME = "decision"


class Decision(QWidget):
    """*Use from now on*, *Keep as draft*, *Back to drawing*, and afterwards *Label again*.

    Args:
        context: window, project and draft that the pages work on.
    """

    said = pyqtSignal(str, str)
    step_wanted = pyqtSignal(str)
    relabel_started = pyqtSignal()

    def __init__(self, context: WizardContext, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._context = context
        self._presenter: Optional[ComparePresenter] = None
        self._relabeling: Optional[Relabeling] = Relabeling(context.runner, context.project, self)
        self._use = _button("use", tr("Use from now on"), tr("Let this project use the new model"))
        self._keep = _button(
            "keep", tr("Keep as draft"), tr("Keep the new model in the list, without using it")
        )
        self._draw = _button("draw", tr("Back to drawing"), tr("Draw more, and train again"))
        self._barred = text_label("orthoscribe_wizard_decision_barred", tr("Reason"))
        self._relabel = _button(
            "relabel",
            tr("Label this area again"),
            tr("Label with the new model; polygons that you edited or reviewed stay"),
        )
        self._return = _button(
            "return", tr("Back to the former model"), tr("Let this project use the former model")
        )
        self._running = ProgressRow(NAME, tr("End the labeling; the last result stays"))
        self._changed = named(
            TextTable([tr(each) for each in CHANGE_HEADINGS]),
            "orthoscribe_wizard_decision_changed",
            tr("Changed areas"),
            tr("Area that each class gained and lost"),
        )
        self._lay_out()
        self._connect(self._relabeling)

    def show_state(self, presenter: Optional[ComparePresenter]) -> None:
        """Enable what the report permits; None: there is no report."""
        self._presenter = presenter
        self._refresh()

    def teardown(self) -> None:
        """End what runs."""
        relabeling, self._relabeling = self._relabeling, None
        if relabeling is not None:
            relabeling.teardown()

    @property
    def _model(self) -> str:
        """The trained model: its name in the library, else its folder."""
        folder = Path(self._context.draft.value.result)
        return folder.name if folder.name in named_models() else str(folder)

    @property
    def _is_used(self) -> bool:
        return bool(self._context.draft.value.result) and project_model() == self._model

    def _connect(self, relabeling: Relabeling) -> None:
        self._use.clicked.connect(self._use_model)
        self._keep.clicked.connect(self._keep_model)
        self._draw.clicked.connect(lambda: self.step_wanted.emit("draw"))
        self._relabel.clicked.connect(self._label_again)
        self._return.clicked.connect(self._go_back)
        self._running.cancel_pressed.connect(relabeling.cancel)
        relabeling.progressed.connect(self._running.show_progress)
        relabeling.ended.connect(self._on_labeled)

    def _use_model(self) -> None:
        base = project_model() or self._context.draft.value.start
        use_improved_model(self._model, base)
        self._context.model_changed(self._model)
        text = tr("This project uses the model '{title}' from now on.")
        self.said.emit(SUCCESS, text.format(title=title_of(self._model)))
        self._refresh()

    def _keep_model(self) -> None:
        text = tr("The model '{title}' is kept as a draft: it is listed in the tab Improve.")
        self.said.emit(NOTE, text.format(title=title_of(self._model)))

    def _go_back(self) -> None:
        model = return_to_former_model()
        self._context.model_changed(model)
        text = tr("This project uses the model '{title}' again. The new one is kept as a draft.")
        self.said.emit(SUCCESS, text.format(title=title_of(model)))
        self._refresh()

    def _label_again(self) -> None:
        if self._relabeling is None or self._relabeling.is_running:
            return
        self.relabel_started.emit()
        try:
            self._relabeling.start(self._context.draft.value, self._model)
        except OrthoscribeError as error:
            self.said.emit(PROBLEM, str(error))
            return
        self._running.start()
        self._refresh()

    def _on_labeled(self, problem: str) -> None:
        self._running.hide()
        self._refresh()
        if problem or self._relabeling is None:
            self.said.emit(PROBLEM, problem)
            return
        rows = changed_rows(self._relabeling.areas_m2, legend_of(self._model))
        self._changed.show_rows(rows)
        self._changed.setVisible(bool(rows))
        self.said.emit(SUCCESS, _labeled_text(self._relabeling.kept, has_changes=bool(rows)))

    def _refresh(self) -> None:
        presenter, is_used = self._presenter, self._is_used
        is_running = self._relabeling is not None and self._relabeling.is_running
        barred = presenter.barred_by if presenter is not None else ""
        self._use.setVisible(not is_used)
        self._use.setEnabled(presenter is not None and not barred)
        self._use.setToolTip(barred or tr("Let this project use the new model"))
        self._keep.setVisible(not is_used)
        self._keep.setEnabled(presenter is not None)
        self._barred.setText(barred)
        self._barred.setVisible(bool(barred) and not is_used)
        self._relabel.setVisible(is_used and not is_running)
        self._return.setVisible(is_used and bool(former_model()) and not is_running)
        self._running.setVisible(is_running)
        self._changed.setVisible(is_used and self._changed.rowCount() > 0)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        for button in (self._use, self._keep, self._draw):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._barred)
        layout.addLayout(row)
        for each in (self._relabel, self._running, self._changed, self._return):
            layout.addWidget(each)


def _labeled_text(kept: int, *, has_changes: bool) -> str:
    parts = [tr("The area was labeled again.")]
    if has_changes:
        parts.append(tr("The layer Changed shows what is different."))
    else:
        parts.append(tr("Nothing changed."))
    if kept:
        parts.append(kept_text(kept))
    return " ".join(parts)


def _button(name: str, title: str, tip: str) -> QPushButton:
    return named(QPushButton(title), f"orthoscribe_wizard_decision_{name}", title, tip)
