# SPDX-License-Identifier: GPL-2.0-or-later
"""The message place of the dock, with the buttons that belong to a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QApplication, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from .findings_html import message_html
from .named_widgets import named, text_label

if TYPE_CHECKING:
    from .run_message import Message


class MessageSection(QWidget):
    """Message about a run, the demo or a command, with *Copy details* and *Save…*."""

    save_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._details = ""
        self._has_message = False
        self._is_save_wanted = False
        self._message = text_label(
            "orthoscribe_message", tr("Result of the run"), Qt.TextFormat.RichText
        )
        self._copy = named(
            QPushButton(tr("Copy details")),
            "orthoscribe_copy_details",
            tr("Copy details"),
            tr("Copy the job and the engine log for a bug report"),
        )
        self._save = named(
            QPushButton(tr("Save…")),
            "orthoscribe_save",
            tr("Save…"),
            tr("Save the temporary results to a folder and update the layers of the project"),
        )
        row = QHBoxLayout()
        row.addStretch(1)
        for button in (self._copy, self._save):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._message)
        layout.addLayout(row)
        self._copy.clicked.connect(self._copy_details)
        self._save.clicked.connect(self.save_pressed.emit)
        self.show_message(None)
        self.show_save_button(False)

    def show_message(self, message: Optional[Message]) -> None:
        """Show a message, or hide it."""
        self._has_message = message is not None
        self._message.setVisible(self._has_message)
        self._details = message.details if message else ""
        self._copy.setVisible(bool(self._details))
        if message is not None:
            self._message.setText(message_html(message))
            description = " ".join((message.headline, *message.notes, *message.warnings))
            self._message.setAccessibleDescription(description)
        self._show_parts()

    def show_save_button(self, is_wanted: bool) -> None:
        """Show or hide the button that saves temporary results."""
        self._is_save_wanted = is_wanted
        self._save.setVisible(is_wanted)
        self._show_parts()

    def _show_parts(self) -> None:
        """Hide the whole section if it is empty, since an empty row would take height."""
        self.setVisible(self._has_message or self._is_save_wanted)

    def _copy_details(self) -> None:
        QApplication.clipboard().setText(self._details)
