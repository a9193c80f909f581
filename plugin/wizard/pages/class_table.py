# SPDX-License-Identifier: GPL-2.0-or-later
"""Table of the classes: what is drawn of each, and which one the next polygon gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Optional, Sequence

from qgis.PyQt.QtCore import QSignalBlocker, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QIcon, QPixmap
from qgis.PyQt.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ...i18n import tr
from ...styling.vector import class_color
from ...widgets.named_widgets import named
from .draw_presenter import LIGHT_COLORS

if TYPE_CHECKING:
    from .draw_presenter import ClassRow

KEY, TITLE, POLYGONS, GROUPS, AREA, LIGHT = range(6)
ICON_PX = 14
SHOWN_ROWS = 8


class ClassTable(QTreeWidget):
    """Rows of classes; emits `chosen` with the code of the row that the user selects."""

    chosen = pyqtSignal(int)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        named(
            self,
            "orthoscribe_wizard_classes",
            tr("Classes"),
            tr("Select the class of the next polygon, or press its key"),
        )
        self.setHeaderLabels(["#", tr("Class"), tr("Polygons"), tr("Places"), tr("Area"), ""])
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self._rows: Sequence[ClassRow] = ()
        header = self.header()
        header.setStretchLastSection(False)
        for column in range(6):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TITLE, QHeaderView.ResizeMode.Stretch)
        self.currentItemChanged.connect(self._emit_chosen)

    def show_rows(self, rows: Sequence[ClassRow], code: int) -> None:
        """Show the rows, with that of a code selected."""
        blocker = QSignalBlocker(self)
        if [row.land_class for row in rows] != [row.land_class for row in self._rows]:
            self.clear()
            self.addTopLevelItems([QTreeWidgetItem() for _ in rows])
        self._rows = tuple(rows)
        for number, row in enumerate(rows):
            self._fill(self.topLevelItem(number), row)
            if row.land_class.code == code:
                self.setCurrentItem(self.topLevelItem(number))
        blocker.unblock()
        rows_px = self.sizeHintForRow(0) * (min(len(rows), SHOWN_ROWS) + 1)  # one to spare
        self.setFixedHeight(rows_px + self.header().sizeHint().height() + 2 * self.frameWidth())

    def code(self) -> int:
        """Return the code of the selected class; 0 without one."""
        number = self.indexOfTopLevelItem(self.currentItem()) if self.currentItem() else -1
        return self._rows[number].land_class.code if 0 <= number < len(self._rows) else 0

    def choose_row(self, number: int) -> None:
        """Select a row, with the same effect as a click."""
        if number < self.topLevelItemCount():
            self.setCurrentItem(self.topLevelItem(number))

    def _fill(self, item: QTreeWidgetItem, row: ClassRow) -> None:
        for column, text in enumerate(row.texts):
            item.setText(column, text)
            item.setToolTip(column, row.advice)
        for column in (POLYGONS, GROUPS, AREA):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        picture = QPixmap(ICON_PX, ICON_PX)
        picture.fill(class_color(row.land_class))
        item.setIcon(TITLE, QIcon(picture))
        is_drawn = row.count.polygons > 0
        item.setText(LIGHT, row.texts[LIGHT] if is_drawn else "")
        item.setForeground(LIGHT, QColor(LIGHT_COLORS[row.count.light]))

    def _emit_chosen(self) -> None:
        if self.code():
            self.chosen.emit(self.code())
