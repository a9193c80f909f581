# SPDX-License-Identifier: GPL-2.0-or-later
"""Section that offers to resume or discard a labeling that was interrupted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, text_label
from .unfinished_labelings import discard, is_waiting, offer_of, unfinished_labelings

if TYPE_CHECKING:
    from .run_controller import RunController
    from .unfinished_labelings import InterruptedLabeling


class ResumeSection(QWidget):
    """A sentence with *Resume* and *Discard*, visible while a labeling waits and none runs.

    Args:
        runs: controller of the runs.
    """

    def __init__(self, runs: RunController, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_resume_section")
        self._runs = runs
        self._found: Optional[InterruptedLabeling] = None
        self._text = text_label("orthoscribe_interrupted", tr("Interrupted labeling"))
        resume = named(
            QPushButton(tr("Resume")),
            "orthoscribe_resume",
            tr("Resume"),
            tr("Go on where the labeling was interrupted; the results are the same"),
        )
        discards = named(
            QPushButton(tr("Discard")),
            "orthoscribe_discard",
            tr("Discard"),
            tr("Remove what the interrupted labeling has done"),
        )
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(resume)
        buttons.addWidget(discards)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text)
        layout.addLayout(buttons)
        resume.clicked.connect(self._resume)
        discards.clicked.connect(self._discard)
        runs.started.connect(self.hide)
        runs.ended.connect(self.refresh)
        self.refresh()

    def refresh(self, _message: object = None) -> None:
        """Show the newest labeling that waits, or hide the section."""
        waiting = unfinished_labelings()
        self._found = waiting[-1] if waiting else None
        self._text.setText(offer_of(self._found) if self._found else "")
        self.setVisible(self._found is not None)

    def _resume(self) -> None:
        if self._found is None or self._runs.is_busy:
            return
        if is_waiting(self._found):
            self._runs.resume(self._found)
        else:
            self.refresh()

    def _discard(self) -> None:
        if self._found is not None and is_waiting(self._found):
            discard(self._found)
        self.refresh()
