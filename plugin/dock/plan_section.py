# SPDX-License-Identifier: GPL-2.0-or-later
"""Button that plans the run, and the plan."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named, text_label


class PlanSection(QWidget):
    """Button that plans the run, or stops planning, and the text of the plan."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._button = named(
            QPushButton(),
            "orthoscribe_plan",
            tr("Plan the run"),
            tr("Label one part here, and predict duration, memory and disk of the whole run"),
        )
        self._text = text_label("orthoscribe_plan_text", tr("Plan"), Qt.TextFormat.PlainText)
        self.pressed = self._button.clicked
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._button)
        layout.addWidget(self._text)
        self.show_plan("")

    def show_busy(self) -> None:
        """Show that a part is being labeled."""
        self._button.setText(tr("Stop planning"))
        self._show(tr("One part is labeled for a plan."))

    def show_plan(self, text: str) -> None:
        """Show a plan, or why there is none; empty: nothing."""
        self._button.setText(tr("Plan the run"))
        self._show(text)

    def _show(self, text: str) -> None:
        self._text.setText(text)
        self._text.setVisible(bool(text))
