# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Compare*: the verdict, what it rests on, and the decision."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Tuple

from qgis.PyQt.QtCore import Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout

from ...i18n import tr
from ...models import legend_of
from ...protocol import OrthoscribeError
from ...widgets.named_widgets import named, text_label
from ...widgets.text_table import TextTable
from ..before_after import BeforeAfter
from ..decision import Decision
from ..finetune_result import read_report, report_page
from ..image_view import visible_part
from ..levels import NOTE, PROBLEM, SUCCESS
from ..page import Page, WizardContext
from ..progress_row import ProgressRow
from ..show_polygon import show_polygon
from ..trial import Trial
from ..trial_comparison import TrialComparison
from .compare_presenter import HEADINGS, ComparePresenter

NAME = "compare"
MOST_LINES = 5


class ComparePage(Page):
    """Page for the decision about a trained model."""

    def __init__(self, context: WizardContext) -> None:
        super().__init__(context)
        self.setObjectName(f"orthoscribe_wizard_{NAME}")
        self._presenter: Optional[ComparePresenter] = None
        self._trial: Optional[Trial] = Trial(context.runner, context.project, self)
        self._verdict = text_label(
            f"orthoscribe_wizard_{NAME}_verdict", tr("Verdict"), Qt.TextFormat.PlainText
        )
        self._reasons = text_label(f"orthoscribe_wizard_{NAME}_reasons", tr("Reasons"))
        self._table = named(
            TextTable([tr(each) for each in HEADINGS]),
            f"orthoscribe_wizard_{NAME}_table",
            tr("Scores of the classes"),
            tr("How much of each class is right on polygons that the model was not trained on"),
        )
        self._undrawn = text_label(f"orthoscribe_wizard_{NAME}_undrawn", tr("Classes not drawn"))
        self._worse_title = text_label(
            f"orthoscribe_wizard_{NAME}_worse_title", tr("Polygons that got worse")
        )
        self._worse = named(
            QListWidget(),
            f"orthoscribe_wizard_{NAME}_worse",
            tr("Polygons that got worse"),
            tr("Click to see the polygon on the map"),
        )
        self._show = _button("show", tr("Compare in the visible map"), tr("Label it with both"))
        self._running = ProgressRow(NAME, tr("End the comparison"))
        self._buttons = BeforeAfter(NAME)
        self._comparison = TrialComparison(self._buttons, self._trial.layers, context, self)
        self._report = _button("report", tr("Report…"), tr("Open the full report in the browser"))
        self._decision = Decision(context, self)
        self._lay_out()
        self._connect(self._trial)
        self._refresh_map()

    def enter(self) -> None:
        """Show the report of the trained model."""
        folder = Path(self.context.draft.value.result)
        try:
            report = read_report(folder)
        except OrthoscribeError as error:
            self._presenter = None
            self.said.emit(PROBLEM, str(error))
        else:
            self._presenter = ComparePresenter(report, legend_of(str(folder)))
            self._show_report(self._presenter)
        self._report.setEnabled(report_page(folder).is_file())
        self._decision.show_state(self._presenter)

    def problems(self) -> Tuple[str, ...]:
        """Return nothing: it is the last page."""
        return ()

    def leave(self) -> None:
        """Take the line of a swipe off the map; the comparison stays."""
        self._comparison.put_away()

    def teardown(self) -> None:
        """End what runs and remove the layers of the comparison."""
        self._comparison.put_away()
        trial, self._trial = self._trial, None
        if trial is not None:
            trial.teardown()
        self._decision.teardown()

    def _connect(self, trial: Trial) -> None:
        self._show.clicked.connect(self._compare)
        self._report.clicked.connect(self._open_report)
        self._worse.itemClicked.connect(self._show_worse)
        self._running.cancel_pressed.connect(trial.cancel)
        trial.progressed.connect(self._running.show_progress)
        trial.ended.connect(self._on_compared)
        self._decision.said.connect(self.said)
        self._decision.step_wanted.connect(self.step_wanted)
        self._decision.relabel_started.connect(self._clear_map)

    def _show_report(self, presenter: ComparePresenter) -> None:
        self._verdict.setText(presenter.verdict)
        self._verdict.setStyleSheet(
            f"color: white; background: {presenter.color}; padding: 6px; border-radius: 3px;"
        )
        for label, text in (
            (self._reasons, presenter.reasons),
            (self._undrawn, presenter.undrawn()),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        rows = presenter.rows()
        self._table.show_rows(rows)
        self._table.setVisible(bool(rows))
        self._worse_title.setVisible(bool(rows))
        self._worse.clear()
        for number, row in enumerate(presenter.worse()):
            item = QListWidgetItem(row.text)
            item.setData(Qt.ItemDataRole.UserRole, number)
            self._worse.addItem(item)
        count = self._worse.count()
        self._worse_title.setText(tr("Polygons that got worse: {count}").format(count=count))
        self._worse.setVisible(count > 0)
        height = self._worse.sizeHintForRow(0) * min(count, MOST_LINES) if count else 0
        self._worse.setFixedHeight(height + 2 * self._worse.frameWidth() + 2)

    def _show_worse(self, item: QListWidgetItem) -> None:
        if self._presenter is None:
            return
        row = self._presenter.worse()[item.data(Qt.ItemDataRole.UserRole)]
        problem = show_polygon(row.change, self.context)
        if problem:
            self.said.emit(PROBLEM, problem)

    def _compare(self) -> None:
        draft = self.context.draft.value
        if self._trial is None or self._trial.is_running:
            return
        self._comparison.put_away()
        try:
            part = visible_part(draft, self.context.canvas, self.context.project)
            self._trial.start(draft, part, draft.result)
        except OrthoscribeError as error:
            self.said.emit(PROBLEM, str(error))
            return
        self._running.start()
        self._refresh_map()

    def _on_compared(self, problem: str) -> None:
        self._running.hide()
        self._buttons.reset()
        if problem:
            self.said.emit(PROBLEM, problem)
        else:
            self.said.emit(SUCCESS, tr("The map shows the labels of the new model."))
        self._refresh_map()

    def _clear_map(self) -> None:
        self._comparison.put_away()
        if self._trial is not None:
            self._trial.undo()
        self._refresh_map()

    def _refresh_map(self) -> None:
        if self._trial is None:
            return
        is_running = self._trial.is_running
        self._running.setVisible(is_running)
        self._show.setVisible(not is_running)
        self._buttons.setVisible(self._trial.layers.is_shown and not is_running)

    def _open_report(self) -> None:
        page = report_page(Path(self.context.draft.value.result))
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(page))):
            self.said.emit(NOTE, tr("The report is in {page}.").format(page=page))

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        for each in (
            self._verdict,
            self._reasons,
            self._table,
            self._undrawn,
            self._worse_title,
            self._worse,
        ):
            layout.addWidget(each)
        buttons = QHBoxLayout()
        buttons.addWidget(self._show)
        buttons.addWidget(self._report)
        layout.addLayout(buttons)
        for each in (self._running, self._buttons, self._decision):
            layout.addWidget(each)
        layout.addStretch(1)


def _button(name: str, title: str, tip: str) -> QPushButton:
    return named(QPushButton(title), f"orthoscribe_wizard_{NAME}_{name}", title, tip)
