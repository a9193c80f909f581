# SPDX-License-Identifier: GPL-2.0-or-later
"""Page *Train*: how long, the curve, and the ways to stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, List, Tuple

from qgis.PyQt.QtWidgets import (
    QButtonGroup,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ...i18n import tr
from ...job_records import remove_record
from ...protocol import OrthoscribeError
from ...widgets.named_widgets import named, text_label
from ...widgets.score_curve import ScoreCurve
from ..draft_layers import check_saved
from ..levels import NOTE, PROBLEM
from ..page import Page, WizardContext
from ..progress_row import ProgressRow
from ..unfinished import remove_unfinished_model, unfinished_trainings
from .train_presenter import TrainPresenter, time_named, time_titles

if TYPE_CHECKING:
    from ..unfinished import InterruptedTraining

NAME = "train"


class TrainPage(Page):
    """Page for the training."""

    def __init__(self, context: WizardContext) -> None:
        super().__init__(context)
        self.setObjectName(f"orthoscribe_wizard_{NAME}")
        self._training = context.training
        self._unfinished: List[InterruptedTraining] = []
        self._about = text_label(f"orthoscribe_wizard_{NAME}_about", tr("About the training"))
        self._times = QButtonGroup(self)
        self._choices = self._time_choices()
        self._name = named(
            QLineEdit(),
            f"orthoscribe_wizard_{NAME}_name",
            tr("Name of the new model"),
            tr("The new model is listed under this name; the model before stays"),
        )
        self._start = _button("start", tr("Train"), tr("Start the training; QGIS stays usable"))
        self._stop = _button(
            "stop", tr("Stop and keep the best"), tr("End the training now and use the best so far")
        )
        self._interrupted = text_label(
            f"orthoscribe_wizard_{NAME}_interrupted", tr("Interrupted training")
        )
        self._resume = _button("resume", tr("Resume"), tr("Go on where the training stopped"))
        self._discard = _button("discard", tr("Discard"), tr("Remove what was trained so far"))
        self._curve = named(
            ScoreCurve(),
            f"orthoscribe_wizard_{NAME}_curve",
            tr("Share that is right"),
            tr(
                "Share that is right on polygons that were kept back; the dashed line is the model "
                "before"
            ),
        )
        self._remark = text_label(f"orthoscribe_wizard_{NAME}_remark", tr("Remark"))
        self._running = ProgressRow(
            NAME, tr("End the training and discard what was trained"), (self._stop,)
        )
        self._lay_out()
        self._connect()
        self._is_connected = True

    def enter(self) -> None:
        """Show the draft, a running training, or an interrupted one."""
        presenter = TrainPresenter(self.context.draft.value)
        self._about.setText(presenter.base_text())
        if not self._training.is_running:
            self._name.setText(presenter.name)
            self._unfinished = unfinished_trainings()
        for button in self._times.buttons():
            button.setChecked(button.property("time") == presenter.time.name)
        self._refresh()

    def problems(self) -> Tuple[str, ...]:
        """Return that nothing is trained yet, if so."""
        if self.context.draft.value.result:
            return ()
        if self._training.is_running:
            return (tr("The training is running: you may close this window and go on working."),)
        return (tr("Nothing is trained yet: choose how long, and press Train."),)

    def teardown(self) -> None:
        """Disconnect; the training goes on."""
        if self._is_connected:
            self._is_connected = False
            self._training.started.disconnect(self._on_started)
            self._training.progressed.disconnect(self._refresh)
            self._training.ended.disconnect(self._on_ended)

    def _connect(self) -> None:
        self._start.clicked.connect(self._begin)
        self._stop.clicked.connect(self._training.end_early)
        self._running.cancel_pressed.connect(self._training.cancel)
        self._resume.clicked.connect(self._go_on)
        self._discard.clicked.connect(self._discard_all)
        self._times.buttonClicked.connect(self._on_time)
        self._name.editingFinished.connect(self._on_name)
        self._training.started.connect(self._on_started)
        self._training.progressed.connect(self._refresh)
        self._training.ended.connect(self._on_ended)

    def _begin(self) -> None:
        try:
            check_saved(self.context.draft.value, self.context.project)
            job = TrainPresenter(self.context.draft.value).job()
        except OrthoscribeError as error:
            self.said.emit(PROBLEM, str(error))
            return
        self._discard_all()
        self.context.draft.change(result="")
        self._training.start(job)

    def _go_on(self) -> None:
        if self._unfinished and not self._training.is_running:
            self._training.resume(self._unfinished.pop())
            self._refresh()

    def _discard_all(self) -> None:
        """Remove interrupted trainings, since only one can go on."""
        for each in self._unfinished:
            remove_unfinished_model(Path(each.job.output))
            remove_record(each.record)
        self._unfinished = []
        self._refresh()

    def _on_time(self, button: QRadioButton) -> None:
        time = time_named(str(button.property("time")))
        if time is not None:
            self.context.draft.change(budget=time.budget, minutes=time.minutes)

    def _on_name(self) -> None:
        self.context.draft.change(name=self._name.text().strip())

    def _on_started(self) -> None:
        self._running.start()
        self._refresh()
        self.changed.emit()

    def _on_ended(self, outcome: object) -> None:
        if self._training.is_canceled:
            self.said.emit(NOTE, tr("The training was canceled. What you have drawn stays."))
        self._unfinished = unfinished_trainings()
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        is_running = self._training.is_running
        for each in (self._choices, self._start):
            each.setVisible(not is_running)
        for each in (self._interrupted, self._resume, self._discard):
            each.setVisible(bool(self._unfinished) and not is_running)
        if self._unfinished:
            self._interrupted.setText(
                tr("The training of '{name}' was interrupted.").format(
                    name=Path(self._unfinished[-1].job.output).name
                )
            )
        self._running.setVisible(is_running)
        self._running.show_progress(self._training.percent, self._training.text)
        self._stop.setEnabled(not self._training.is_ending_early and not self._training.is_canceled)
        self._curve.setVisible(is_running or bool(self._training.curve))
        self._curve.show_scores(self._training.curve, self._training.base_score)
        self._remark.setText(self._training.remark if is_running else "")

    def _time_choices(self) -> QWidget:
        """Return the choices of the duration and the name."""
        box = QWidget()
        layout = QVBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        for name, title, text in time_titles():
            button = named(QRadioButton(title), f"orthoscribe_wizard_{NAME}_{name}", title, text)
            button.setProperty("time", name)
            self._times.addButton(button)
            about = text_label(f"orthoscribe_wizard_{NAME}_{name}_text", title)
            about.setText(text)
            about.setIndent(22)
            layout.addWidget(button)
            layout.addWidget(about)
        return box

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow(tr("Name"), self._name)
        self._choices.layout().addLayout(form)
        interrupted = QHBoxLayout()
        interrupted.addWidget(self._resume)
        interrupted.addWidget(self._discard)
        interrupted.addStretch(1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._about)
        layout.addWidget(self._interrupted)
        layout.addLayout(interrupted)
        for each in (self._choices, self._start, self._curve, self._running, self._remark):
            layout.addWidget(each)
        layout.addStretch(1)


def _button(name: str, title: str, tip: str) -> QPushButton:
    return named(QPushButton(title), f"orthoscribe_wizard_{NAME}_{name}", title, tip)
