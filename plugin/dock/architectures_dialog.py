# SPDX-License-Identifier: GPL-2.0-or-later
"""Dialog with all architectures by paper, a summary of each, and the available models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, Optional, Tuple

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from ..models import read_card
from ..protocol import ModelError
from .named_widgets import named, text_label

if TYPE_CHECKING:
    from ..protocol import Offered

MODEL_ROLE = Qt.ItemDataRole.UserRole
MAX_TITLE_WIDTH_PX = 300
DISABLED = QPalette.ColorGroup.Disabled


class ArchitecturesDialog(QDialog):
    """Dialog for choosing a model from the list of all architectures.

    Args:
        offers: architectures and their models, by paper.
    """

    def __init__(
        self, offers: Mapping[str, Tuple[Offered, ...]], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_architectures")
        self.setWindowTitle(tr("Architectures"))
        self.resize(1000, 600)
        self._folder = ""
        self._tree = self._create(offers)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._use = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._use.setText(tr("Use model"))
        folder = buttons.addButton(tr("Choose folder…"), QDialogButtonBox.ButtonRole.ActionRole)
        folder.setToolTip(tr("Use a model that was trained, imported or copied to another folder"))
        folder.clicked.connect(self._choose_folder)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        self._details = text_label("orthoscribe_architectures_details", tr("About the selection"))
        layout.addWidget(self._tree)
        layout.addWidget(self._details)
        layout.addWidget(buttons)
        self._tree.currentItemChanged.connect(self._show_selection)
        self._tree.itemDoubleClicked.connect(self._accept_if_usable)
        self._show_selection()

    def model(self) -> str:
        """Return the name or the folder of the chosen model, or an empty string."""
        if self._folder:
            return self._folder
        item = self._tree.currentItem()
        return str(item.data(0, MODEL_ROLE) or "") if item is not None else ""

    def _create(self, offers: Mapping[str, Tuple[Offered, ...]]) -> QTreeWidget:
        tree = named(
            QTreeWidget(),
            "orthoscribe_architectures_tree",
            tr("Architectures"),
            tr("Architectures by paper, of which those with a model can be used right away"),
        )
        tree.setHeaderLabels([tr("Architecture"), tr("Model"), tr("Description")])
        tree.setUniformRowHeights(True)
        for paper, rows in offers.items():
            heading = QTreeWidgetItem([paper])
            heading.setFlags(Qt.ItemFlag.ItemIsEnabled)
            tree.addTopLevelItem(heading)
            heading.setFirstColumnSpanned(True)
            for offer in rows:
                heading.addChildren([_item(offer, model) for model in offer.models or ("",)])
            heading.setExpanded(True)
        for column in (0, 1):
            tree.resizeColumnToContents(column)
        tree.setColumnWidth(0, min(tree.columnWidth(0), MAX_TITLE_WIDTH_PX))
        return tree

    def use_folder(self, folder: str) -> None:
        """Choose the model in a folder, or show why it cannot be used."""
        try:
            read_card(folder)
        except ModelError as error:
            self._details.setText(str(error))
            return
        self._folder = folder
        self.accept()

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Choose a model folder"))
        if folder:
            self.use_folder(folder)

    def _show_selection(self) -> None:
        """Enable the button for a row with a model, and show details of the row."""
        self._use.setEnabled(bool(self.model()))
        item = self._tree.currentItem()
        self._details.setText(item.toolTip(0) if item is not None else "")

    def _accept_if_usable(self) -> None:
        if self.model():
            self.accept()


def _item(offer: Offered, model: str) -> QTreeWidgetItem:
    """Return the row of a model, or the grayed row of an architecture without a model."""
    item = QTreeWidgetItem([offer.row.title, model, offer.row.summary])
    details = f"{offer.row.name} ({offer.row.described_in}). {offer.line}"
    for column in range(item.columnCount()):
        item.setToolTip(column, details)
    if model:
        item.setData(0, MODEL_ROLE, model)
    else:
        item.setForeground(0, QApplication.palette().brush(DISABLED, QPalette.ColorRole.Text))
    return item
