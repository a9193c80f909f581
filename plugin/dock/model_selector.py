# SPDX-License-Identifier: GPL-2.0-or-later
"""Combo box with the installed models by paper, and a button that lists all architectures."""

from __future__ import annotations

from typing import Mapping, Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QWidget

from ..i18n import tr
from ..models import read_card
from ..protocol import ModelCard, installed_cards, offered_by_paper
from ..settings import MODEL
from .architectures_dialog import ArchitecturesDialog
from .named_widgets import named

PREFERRED_HEIGHTLESS = "image_only"  # preferred model that needs no heights


class ModelSelector(QWidget):
    """Widget for choosing a model; emits `changed` when another one is chosen."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        cards = installed_cards()
        self._offers = offered_by_paper(cards)
        self._box = self._create(cards)
        names = [name for name, card in cards.items() if not card.wants_heights]
        self._heightless = sorted(names, key=lambda name: name != PREFERRED_HEIGHTLESS)
        self._all = named(
            QToolButton(),
            "orthoscribe_all_architectures",
            tr("All architectures"),
            tr("List all architectures by paper, with the available models"),
        )
        self._all.setText("…")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._box, 1)
        layout.addWidget(self._all)
        self.setFocusProxy(self._box)
        self._box.currentIndexChanged.connect(self._emit_changed)
        self._all.clicked.connect(self.show_all)

    def model(self) -> str:
        """Return the name of the model."""
        return str(self._box.currentData() or MODEL.default)

    def heightless(self) -> str:
        """Return the name of a model that needs no heights; empty if none is installed."""
        return self._heightless[0] if self._heightless else ""

    def choose(self, model: str) -> None:
        """Choose a model by name or folder, with the same effect as a choice by the user."""
        if self._box.findData(model) < 0:
            card = read_card(model)
            self._box.addItem(card.title, model)
            self._box.setItemData(self._box.count() - 1, model, Qt.ItemDataRole.ToolTipRole)
        self._box.setCurrentIndex(self._box.findData(model))

    def _create(self, cards: Mapping[str, ModelCard]) -> QComboBox:
        box = named(
            QComboBox(), "orthoscribe_model", tr("Model"), tr("Trained model that labels the image")
        )
        for paper, offers in self._offers.items():
            names = [name for offer in offers for name in offer.models]
            if names:
                _add_heading(box, paper)
            for name in names:
                box.addItem(cards[name].title, name)
                box.setItemData(box.count() - 1, cards[name].summary, Qt.ItemDataRole.ToolTipRole)
        box.setCurrentIndex(box.findData(MODEL.read()))
        if box.currentData() is None:
            box.setCurrentIndex(box.findData(MODEL.default))
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        return box

    def show_all(self) -> None:
        """Open the list of all architectures with their models."""
        dialog = ArchitecturesDialog(self._offers, self)
        dialog.accepted.connect(lambda: self.choose(dialog.model()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _emit_changed(self) -> None:
        self.changed.emit()


def _add_heading(box: QComboBox, paper: str) -> None:
    """Add a heading that cannot be chosen."""
    box.addItem(paper)
    box.model().item(box.count() - 1).setEnabled(False)
