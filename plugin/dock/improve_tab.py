# SPDX-License-Identifier: GPL-2.0-or-later
"""Content of the tab *Improve*: the way to the wizard, and the models made with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QListWidget, QPushButton, QVBoxLayout, QWidget

from ..i18n import tr
from ..improved_models import improved_models
from ..widgets.named_widgets import named, text_label

if TYPE_CHECKING:
    from qgis.PyQt.QtGui import QShowEvent

BUTTON_HEIGHT_PX = 34


class ImproveTab(QWidget):
    """Explanation, *Improve this map…*, and the unfinished and draft models."""

    improve_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        about = text_label("orthoscribe_improve_about", tr("About improving a map"))
        about.setText(
            tr(
                "Is the map wrong in places? Mark some of them with the right class, and "
                "Orthoscribe learns from them in a few minutes. Nothing is replaced until you "
                "have compared the maps and agree."
            )
        )
        self._improve = named(
            QPushButton(tr("Improve this map…")),
            "orthoscribe_improve",
            tr("Improve this map"),
            tr("Open the window that leads through marking, trying, training and comparing"),
        )
        self._improve.setMinimumHeight(BUTTON_HEIGHT_PX)
        self._title = text_label("orthoscribe_improve_models_title", tr("Models"))
        self._title.setText(tr("Unfinished models and drafts"))
        self._models = named(
            QListWidget(),
            "orthoscribe_improve_models",
            tr("Unfinished models and drafts"),
            tr("Models of the library whose training has not ended, or that are not in use"),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for each in (about, self._improve, self._title, self._models):
            layout.addWidget(each)
        self._improve.clicked.connect(self.improve_pressed.emit)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """List the models as they are now."""
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """List the models as they are now."""
        rows = improved_models()
        self._models.clear()
        self._models.addItems([each.text for each in rows])
        for each in (self._title, self._models):
            each.setVisible(bool(rows))
