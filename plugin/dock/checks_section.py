# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks before the run: one line if all are good, else the problems and doubts, with buttons."""

from __future__ import annotations

from typing import Dict, Optional, Tuple

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, text_label
from .findings_html import card_html, card_text, ready_html
from .mends import ACTIONS, Mend
from .preflight import GOOD, Finding

TIPS = {
    "use_model": "Choose this model, which needs no heights",
    "zoom_image": "Zoom the map to the whole image",
    "detect_bands": "Choose the bands by their names, wavelengths and colors",
    "open_setup": "Show the setup of the engine",
    "use_terrain": "Subtract this terrain model from the surface model",
}


class ChecksSection(QWidget):
    """Card of the checks; emits `mend_pressed` with a `Mend`."""

    mend_pressed = pyqtSignal(object)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_checks")
        self._findings: Tuple[Finding, ...] = ()
        self._ready = ""
        self._is_unfolded = False
        self._card = text_label(
            "orthoscribe_card", tr("Checks before the run"), Qt.TextFormat.RichText
        )
        self._card.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._mends: Dict[str, Mend] = {}
        self._buttons = {action: self._button(action) for action in ACTIONS}
        row = QHBoxLayout()
        row.addStretch(1)
        for button in self._buttons.values():
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._card)
        layout.addLayout(row)
        self._card.linkActivated.connect(self._toggle)

    def show_findings(self, findings: Tuple[Finding, ...], ready: str) -> None:
        """Show the checks.

        Args:
            findings: all findings, worst first.
            ready: summary to show if all findings are good.
        """
        self._findings, self._ready = findings, ready
        self._card.setAccessibleDescription(card_text(findings))
        self._show()

    def show_mends(self, mends: Tuple[Mend, ...]) -> None:
        """Show a button for each mend."""
        self._mends = {each.action: each for each in mends}
        for action, button in self._buttons.items():
            mend = self._mends.get(action)
            button.setVisible(mend is not None)
            title = mend.title if mend else ""
            button.setText(title)
            button.setAccessibleName(title or tr(TIPS[action]))

    def _show(self) -> None:
        is_good = all(each.level == GOOD for each in self._findings)
        ready = ready_html(self._ready, is_unfolded=self._is_unfolded) if is_good else ""
        if is_good and not self._is_unfolded:
            self._card.setText(ready)
        else:
            self._card.setText(ready + card_html(self._findings, with_good=is_good))

    def _toggle(self) -> None:
        self._is_unfolded = not self._is_unfolded
        self._show()

    def _button(self, action: str) -> QPushButton:
        tip = tr(TIPS[action])
        button = named(QPushButton(), f"orthoscribe_{action}", tip, tip)
        button.hide()
        button.clicked.connect(lambda: self.mend_pressed.emit(self._mends[action]))
        return button
