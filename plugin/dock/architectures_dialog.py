# SPDX-License-Identifier: GPL-2.0-or-later
"""All architectures by paper, one honest line each, and which of them have a model."""

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
from .naming import named
from .text_label import text_label

if TYPE_CHECKING:
    from ..protocol import Offered

MODEL_ROLE = Qt.ItemDataRole.UserRole
WIDEST_TITLE_PX = 300
DISABLED = QPalette.ColorGroup.Disabled


class ArchitecturesDialog(QDialog):
    """Lists what an image can be labeled with; a row with a model can be chosen.

    Args:
        offers: by paper.
    """

    def __init__(
        self, offers: Mapping[str, Tuple[Offered, ...]], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_architectures")
        self.setWindowTitle(tr("Architectures"))
        self.resize(1000, 600)
        self._folder = ""
        self._tree = self._filled(offers)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._use = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._use.setText(tr("Use Model"))
        folder = buttons.addButton(tr("Choose Folder…"), QDialogButtonBox.ButtonRole.ActionRole)
        folder.setToolTip(tr("Uses a model that was trained, imported or copied elsewhere"))
        folder.clicked.connect(self._ask_for_folder)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        self._details = text_label("orthoscribe_architectures_details", tr("About the choice"))
        layout.addWidget(self._tree)
        layout.addWidget(self._details)
        layout.addWidget(buttons)
        self._tree.currentItemChanged.connect(self._allow)
        self._tree.itemDoubleClicked.connect(self._accept_usable)
        self._allow()

    def model(self) -> str:
        """Return the name or the folder of the chosen model, or an empty string."""
        if self._folder:
            return self._folder
        item = self._tree.currentItem()
        return str(item.data(0, MODEL_ROLE) or "") if item is not None else ""

    def _filled(self, offers: Mapping[str, Tuple[Offered, ...]]) -> QTreeWidget:
        tree = named(
            QTreeWidget(),
            "orthoscribe_architectures_tree",
            tr("Architectures"),
            tr("Networks by paper; those with a model can label at once"),
        )
        tree.setHeaderLabels([tr("Architecture"), tr("Model"), tr("What to expect")])
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
        tree.setColumnWidth(0, min(tree.columnWidth(0), WIDEST_TITLE_PX))
        return tree

    def use_folder(self, folder: str) -> None:
        """Choose the model in a folder, if there is one; say what is wrong with it otherwise."""
        try:
            read_card(folder)
        except ModelError as error:
            self._details.setText(str(error))
            return
        self._folder = folder
        self.accept()

    def _ask_for_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Choose a model's folder"))
        if folder:
            self.use_folder(folder)

    def _allow(self) -> None:
        """Let a row be used that has a model, and say more about it."""
        self._use.setEnabled(bool(self.model()))
        item = self._tree.currentItem()
        self._details.setText(item.toolTip(0) if item is not None else "")

    def _accept_usable(self) -> None:
        if self.model():
            self.accept()


def _item(offer: Offered, model: str) -> QTreeWidgetItem:
    """Return the line of a model, or, grayed, of an architecture that nobody has trained."""
    item = QTreeWidgetItem([offer.row.title, model, offer.row.summary])
    details = f"{offer.row.name} ({offer.row.described_in}). {offer.line}"
    for column in range(item.columnCount()):
        item.setToolTip(column, details)
    if model:
        item.setData(0, MODEL_ROLE, model)
    else:
        item.setForeground(0, QApplication.palette().brush(DISABLED, QPalette.ColorRole.Text))
    return item
