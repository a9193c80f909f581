# SPDX-License-Identifier: GPL-2.0-or-later
"""Section for starting, monitoring and canceling a run, and for its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from .findings_html import card_html, card_text, message_html
from .named_widgets import named, text_label

if TYPE_CHECKING:
    from .preflight import Finding
    from .run_message import Message

BUTTON_HEIGHT_PX = 34


class RunSection(QWidget):
    """Pre-flight card, buttons, progress and message of a run."""

    run_pressed = pyqtSignal()
    cancel_pressed = pyqtSignal()
    demo_pressed = pyqtSignal()
    command_pressed = pyqtSignal()
    save_pressed = pyqtSignal()
    model_pressed = pyqtSignal(str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_run_section")
        self._details = ""
        self._card = _html_label("orthoscribe_card", tr("Checks before the run"))
        self._message = _html_label("orthoscribe_message", tr("Result of the run"))
        self._stage = text_label("orthoscribe_stage", tr("Stage"))
        self._bar = named(
            QProgressBar(), "orthoscribe_progress", tr("Progress"), tr("Progress of the run")
        )
        self._run = self._button("orthoscribe_run", tr("Run"), tr("Label the image"))
        self._cancel = self._button(
            "orthoscribe_cancel",
            tr("Cancel"),
            tr("Stop within two seconds without writing results"),
        )
        self._demo = self._button(
            "orthoscribe_demo", tr("Try demo data"), tr("Add a small synthetic scene to the map")
        )
        self._command = self._button(
            "orthoscribe_command",
            tr("Copy as command"),
            tr("Copy the qgis_process command of this run"),
        )
        self._copy = self._button(
            "orthoscribe_copy_details",
            tr("Copy details"),
            tr("Copy the job and the engine log for a bug report"),
        )
        self._save = self._button(
            "orthoscribe_save",
            tr("Save…"),
            tr("Save the temporary results to a folder and update the layers of the project"),
        )
        self._model = self._button(
            "orthoscribe_use_model", "", tr("Choose this model, which needs no heights")
        )
        for button in (self._save, self._model):
            button.hide()
        self._offered = ""
        self._build_layout()
        self._connect()
        self.show_message(None)
        self.show_idle()

    def show_findings(self, findings: Iterable[Finding]) -> None:
        """Show the pre-flight card."""
        findings = tuple(findings)
        self._card.setText(card_html(findings))
        self._card.setAccessibleDescription(card_text(findings))

    def enable_buttons(self, *, run: bool, demo: bool) -> None:
        """Enable or disable *Run* and *Try demo data*."""
        self._run.setEnabled(run)
        self._demo.setEnabled(demo)

    def show_save_button(self, is_wanted: bool) -> None:
        """Show or hide the button that saves temporary results."""
        self._save.setVisible(is_wanted)

    def show_model_button(self, name: str) -> None:
        """Show the button that chooses a model; an empty name hides it."""
        self._offered = name
        title = tr("Use '{model}'").format(model=name)
        self._model.setText(title)
        self._model.setAccessibleName(title)
        self._model.setVisible(bool(name))

    def show_busy(self) -> None:
        """Show *Cancel* instead of *Run*, and clear the last message."""
        self._cancel.setEnabled(True)
        self.show_message(None)
        self._bar.setRange(0, 0)
        self._switch(is_busy=True)

    def show_progress(self, percent: int, text: str) -> None:
        """Show the progress of the run; below one percent the bar shows activity only."""
        self._bar.setRange(0, 100 if percent else 0)
        self._bar.setValue(percent)
        self._stage.setText(text)

    def show_canceling(self) -> None:
        """Show that the run is being canceled."""
        self._cancel.setEnabled(False)
        self._stage.setText(tr("Stopping the engine"))

    def show_idle(self) -> None:
        """Show *Run* instead of *Cancel*."""
        self._switch(is_busy=False)

    def show_message(self, message: Optional[Message]) -> None:
        """Show a message, or hide it."""
        self._message.setVisible(message is not None)
        self._details = message.details if message else ""
        self._copy.setVisible(bool(self._details))
        if message is not None:
            self._message.setText(message_html(message))
            description = " ".join((message.headline, *message.notes, *message.warnings))
            self._message.setAccessibleDescription(description)

    def _switch(self, *, is_busy: bool) -> None:
        for widget in (self._bar, self._stage, self._cancel):
            widget.setVisible(is_busy)
        for widget in (self._card, self._run, self._demo, self._command):
            widget.setVisible(not is_busy)

    def _build_layout(self) -> None:
        for button in (self._run, self._cancel):
            button.setMinimumHeight(BUTTON_HEIGHT_PX)
        self._run.setDefault(True)
        row = QHBoxLayout()
        for button in (self._demo, self._command):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self._message)
        for button in (self._copy, self._save):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        layout.addWidget(self._card)
        layout.addWidget(self._model, 0, Qt.AlignmentFlag.AlignRight)
        for widget in (self._stage, self._bar, self._run, self._cancel):
            layout.addWidget(widget)
        layout.addLayout(row)

    def _connect(self) -> None:
        self._run.clicked.connect(self.run_pressed.emit)
        self._cancel.clicked.connect(self.cancel_pressed.emit)
        self._demo.clicked.connect(self.demo_pressed.emit)
        self._command.clicked.connect(self.command_pressed.emit)
        self._copy.clicked.connect(self._copy_details)
        self._model.clicked.connect(lambda: self.model_pressed.emit(self._offered))
        self._save.clicked.connect(self.save_pressed.emit)

    def _copy_details(self) -> None:
        QApplication.clipboard().setText(self._details)

    def _button(self, object_name: str, title: str, tip: str) -> QPushButton:
        return named(QPushButton(title), object_name, title, tip)


def _html_label(object_name: str, title: str) -> QLabel:
    return text_label(object_name, title, Qt.TextFormat.AutoText)
