# SPDX-License-Identifier: GPL-2.0-or-later
"""Section for starting, monitoring and canceling a run; always visible."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from ..widgets.button_grid import button_grid, pass_clicks_on
from ..widgets.named_widgets import named, text_label

BUTTON_HEIGHT_PX = 34


class RunSection(QWidget):
    """The progress place of the dock, and its buttons."""

    run_pressed = pyqtSignal()
    preview_pressed = pyqtSignal()
    cancel_pressed = pyqtSignal()
    demo_pressed = pyqtSignal()
    command_pressed = pyqtSignal()
    save_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_run_section")
        self._wants_command = self._wants_save = False
        self._is_busy = False
        self._stage = text_label("orthoscribe_stage", tr("Stage"))
        self._bar = named(
            QProgressBar(), "orthoscribe_progress", tr("Progress"), tr("Progress of the run")
        )
        self._run = _button("run", tr("Run"), tr("Label the image"))
        self._preview = _button(
            "preview_view",
            tr("Preview view"),
            tr("Label the visible part of the image into a temporary folder"),
        )
        self._cancel = _button(
            "cancel", tr("Cancel"), tr("Stop within two seconds without writing results")
        )
        self._command = _button(
            "command", tr("Copy as command"), tr("Copy the qgis_process command of this run")
        )
        self._demo = _button(
            "demo_again", tr("Try demo data"), tr("Add a small synthetic scene to the map")
        )
        self._save = _button(
            "save",
            tr("Save…"),
            tr("Save the temporary results to a folder and update the layers of the project"),
        )
        self._build_layout()
        pass_clicks_on(
            (self._run, self.run_pressed),
            (self._preview, self.preview_pressed),
            (self._cancel, self.cancel_pressed),
            (self._demo, self.demo_pressed),
            (self._command, self.command_pressed),
            (self._save, self.save_pressed),
        )
        self.show_idle()

    def enable_buttons(self, *, run: bool, preview: bool, demo: bool) -> None:
        """Enable or disable *Run*, *Preview view* and *Try demo data*."""
        self._run.setEnabled(run)
        self._preview.setEnabled(preview)
        self._demo.setEnabled(demo)

    def show_extras(self, *, command: bool, save: bool) -> None:
        """Show the small buttons while no job runs.

        Args:
            command: whether *Copy as command* and a second button are wanted.
            save: whether the second button is *Save…*, else it is *Try demo data*.
        """
        self._wants_command, self._wants_save = command, save
        self._command.setVisible(command and not self._is_busy)
        self._demo.setVisible(command and not save and not self._is_busy)
        self._save.setVisible(save and not self._is_busy)

    def show_busy(self) -> None:
        """Show *Cancel* instead of *Run*."""
        self._cancel.setEnabled(True)
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

    def _switch(self, *, is_busy: bool) -> None:
        self._is_busy = is_busy
        for widget in (self._bar, self._stage, self._cancel):
            widget.setVisible(is_busy)
        for widget in (self._run, self._preview):
            widget.setVisible(not is_busy)
        self.show_extras(command=self._wants_command, save=self._wants_save)

    def _build_layout(self) -> None:
        for button in (self._run, self._preview, self._cancel):
            button.setMinimumHeight(BUTTON_HEIGHT_PX)
        self._run.setDefault(True)
        buttons = button_grid((self._run, self._preview, self._command, self._demo))
        buttons.addWidget(self._save, 1, 1)  # in the place of the demo
        layout = QVBoxLayout(self)
        layout.setContentsMargins(9, 2, 9, 6)
        for widget in (self._stage, self._bar, self._cancel):
            layout.addWidget(widget)
        layout.addLayout(buttons)


def _button(name: str, title: str, tip: str) -> QPushButton:
    return named(QPushButton(title), f"orthoscribe_{name}", title, tip)
