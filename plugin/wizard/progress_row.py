# SPDX-License-Identifier: GPL-2.0-or-later
"""Progress bar with a text and *Cancel*, shown while something runs."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, text_label


class ProgressRow(QWidget):
    """Progress of a page.

    Args:
        name: name of the page, used in object names.
        cancel_tip: tooltip of *Cancel*.
        others: further buttons, left of *Cancel*.
    """

    cancel_pressed = pyqtSignal()

    def __init__(
        self,
        name: str,
        cancel_tip: str,
        others: tuple[QPushButton, ...] = (),
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        prefix = f"orthoscribe_wizard_{name}"
        self._bar = named(QProgressBar(), f"{prefix}_progress", tr("Progress"), "")
        self._text = text_label(f"{prefix}_stage", tr("Stage"))
        self._cancel = named(
            QPushButton(tr("Cancel")), f"{prefix}_cancel", tr("Cancel"), cancel_tip
        )
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (*others, self._cancel):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._bar)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        self._cancel.clicked.connect(self._on_cancel)
        self.hide()

    def start(self) -> None:
        """Show an empty bar."""
        self._cancel.setEnabled(True)
        self.show_progress(0, tr("Starting"))
        self.show()

    def show_progress(self, percent: int, text: str) -> None:
        """Show how much is done."""
        self._bar.setValue(percent)
        self._text.setText(text)

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self.cancel_pressed.emit()
