# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Try*: what the model learns from the polygons so far, in the visible part of the map."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout

from ...i18n import tr
from ...protocol import OrthoscribeError
from ...widgets.named_widgets import named, text_label
from ..before_after import BeforeAfter
from ..draft_layers import check_saved
from ..image_view import visible_part
from ..levels import NOTE, PROBLEM, SUCCESS
from ..page import Page, WizardContext
from ..progress_row import ProgressRow
from ..trial import Trial
from ..trial_comparison import TrialComparison
from .trial_presenter import TrialPresenter

NAME = "trial"


class TrialPage(Page):
    """Page for trying."""

    def __init__(self, context: WizardContext) -> None:
        super().__init__(context)
        self.setObjectName(f"orthoscribe_wizard_{NAME}")
        self._trial: Optional[Trial] = Trial(context.runner, context.project, self)
        self._presenter = TrialPresenter()
        about = text_label(f"orthoscribe_wizard_{NAME}_about", tr("About trying"))
        about.setText(
            tr(
                "Zoom to a place that is wrong, and look in less than a minute at what the model "
                "learns from all you have drawn. Then draw more, or go on to the training. "
                "Nothing is kept of a trial."
            )
        )
        self._try = named(
            QPushButton(tr("Try in the visible map")),
            f"orthoscribe_wizard_{NAME}_start",
            tr("Try in the visible map"),
            tr("Train for less than a minute, and label the visible part of the image"),
        )
        self._undo = named(
            QPushButton(tr("Undo")),
            f"orthoscribe_wizard_{NAME}_undo",
            tr("Undo"),
            tr("Remove the trial; the last result stays"),
        )
        self._draw = named(
            QPushButton(tr("Draw more")),
            f"orthoscribe_wizard_{NAME}_draw",
            tr("Draw more"),
            tr("Go back to drawing; the trial stays on the map"),
        )
        self._text = text_label(f"orthoscribe_wizard_{NAME}_text", tr("State of the trial"))
        self._buttons = BeforeAfter(NAME)
        self._comparison = TrialComparison(self._buttons, self._trial.layers, context, self)
        self._running = ProgressRow(NAME, tr("End the trial; nothing is kept"))
        layout = QVBoxLayout(self)
        for each in (about, self._try, self._running, self._text, self._buttons):
            layout.addWidget(each)
        layout.addWidget(self._undo)
        layout.addWidget(self._draw)
        layout.addStretch(1)
        self._connect(self._trial)
        self._refresh()

    def enter(self) -> None:
        """Show the state of the trial."""
        self._refresh()

    def leave(self) -> None:
        """Take the line of a swipe off the map; the trial stays."""
        self._comparison.put_away()

    def teardown(self) -> None:
        """End the trial and remove its layers."""
        self._comparison.put_away()
        trial, self._trial = self._trial, None
        if trial is not None:
            trial.teardown()

    def _connect(self, trial: Trial) -> None:
        self._try.clicked.connect(self._start)
        self._undo.clicked.connect(self._remove)
        self._draw.clicked.connect(lambda: self.step_wanted.emit("draw"))
        self._running.cancel_pressed.connect(trial.cancel)
        trial.progressed.connect(self._running.show_progress)
        trial.ended.connect(self._on_ended)

    def _start(self) -> None:
        if self._trial is None or self._trial.is_running:
            return
        draft = self.context.draft.value
        self._comparison.put_away()
        try:
            check_saved(draft, self.context.project)
            part = visible_part(draft, self.context.canvas, self.context.project)
            self._trial.start(draft, part)
        except OrthoscribeError as error:
            self.said.emit(PROBLEM, str(error))
            return
        self._presenter.begin()
        self._running.start()
        self._refresh()

    def _remove(self) -> None:
        self._comparison.put_away()
        if self._trial is not None:
            self._trial.undo()
            self.said.emit(NOTE, tr("The trial was removed. What you have drawn stays."))
            self._refresh()

    def _on_ended(self, problem: str) -> None:
        self._running.hide()
        self._presenter.end()
        if problem:
            self.said.emit(PROBLEM, problem)
        else:
            self._buttons.reset()
            self.said.emit(SUCCESS, tr("The map shows the labels after the trial."))
        self._refresh()

    def _refresh(self) -> None:
        if self._trial is None:
            return
        is_running, is_shown = self._trial.is_running, self._trial.layers.is_shown
        self._running.setVisible(is_running)
        self._try.setEnabled(not is_running)
        self._try.setText(tr("Try again") if is_shown else tr("Try in the visible map"))
        for each in (self._buttons, self._undo, self._draw):
            each.setVisible(is_shown and not is_running)
        self._text.setText(self._presenter.text(is_shown=is_shown))
