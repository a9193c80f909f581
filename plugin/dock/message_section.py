# SPDX-License-Identifier: GPL-2.0-or-later
"""The message place of the dock, with *Copy details*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, text_label
from .findings_html import message_html

if TYPE_CHECKING:
    from .run_message import Message


class MessageSection(QWidget):
    """Message about a run, the demo or a command, with *Copy details* after a failure."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._details = ""
        self._message = text_label(
            "orthoscribe_message", tr("Result of the run"), Qt.TextFormat.RichText
        )
        self._copy = named(
            QPushButton(tr("Copy details")),
            "orthoscribe_copy_details",
            tr("Copy details"),
            tr("Copy the job and the engine log for a bug report"),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._message)
        layout.addWidget(self._copy, 0, Qt.AlignmentFlag.AlignRight)
        self._copy.clicked.connect(self._copy_details)
        self.show_message(None)

    def show_message(self, message: Optional[Message]) -> None:
        """Show a message, or hide it."""
        self.setVisible(message is not None)
        self._details = message.details if message else ""
        self._copy.setVisible(bool(self._details))
        if message is not None:
            self._message.setText(message_html(message))
            description = " ".join((message.headline, *message.notes, *message.warnings))
            self._message.setAccessibleDescription(description)

    def _copy_details(self) -> None:
        QApplication.clipboard().setText(self._details)
