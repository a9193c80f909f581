# SPDX-License-Identifier: GPL-2.0-or-later
"""Dialog with all architectures by paper, a summary of each, and the available models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Mapping, Optional, Tuple

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QStyledItemDelegate,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ..i18n import tr
from ..widgets.named_widgets import named, text_label

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QModelIndex
    from qgis.PyQt.QtGui import QPainter
    from qgis.PyQt.QtWidgets import QStyleOptionViewItem

    from ..protocol import Offered

MODEL_ROLE = Qt.ItemDataRole.UserRole
MAX_TITLE_WIDTH_PX = 300
SIZE_PX = (1000, 580)
FADED = 0.55  # opacity of networks without a model


class FadingDelegate(QStyledItemDelegate):
    """Delegate that fades rows without a model; a theme's style sheet overrides a row's colors."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint a cell."""
        is_usable = index.siblingAtColumn(0).data(MODEL_ROLE) or not index.parent().isValid()
        painter.save()
        painter.setOpacity(1.0 if is_usable else FADED)
        super().paint(painter, option, index)
        painter.restore()


class ArchitecturesDialog(QDialog):
    """Dialog with all architectures, in which a model of one can be chosen.

    Args:
        offers: architectures and their models, by paper.
    """

    def __init__(
        self, offers: Mapping[str, Tuple[Offered, ...]], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_architectures")
        self.setWindowTitle(tr("Architectures"))
        self.resize(*SIZE_PX)
        self._tree = self._create(offers)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._use = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._use.setText(tr("Use model"))
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
        """Return the name of the chosen model, or an empty string."""
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
        tree.setItemDelegate(FadingDelegate(tree))
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
        font = item.font(0)
        font.setItalic(True)
        for column in range(item.columnCount()):
            item.setFont(column, font)
    return item
