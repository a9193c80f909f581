# SPDX-License-Identifier: GPL-2.0-or-later
"""List of the classes that the model lacks: a name and a color for each."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

from qgis.gui import QgsColorButton
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from ...i18n import tr
from ...protocol import SPARE_COLORS
from ...widgets.named_widgets import named, small_button


class NewClassesEditor(QWidget):
    """Rows with a name and a color; emits `changed` after each change."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._rows: List[_Row] = []
        self._add = small_button("new_class_add", tr("Add a class"), tr("Add one more class"))
        self._list = QVBoxLayout()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 0, 0, 0)
        layout.addLayout(self._list)
        layout.addWidget(self._add)
        self._add.clicked.connect(lambda: self._append("", None))

    def values(self) -> Tuple[str, ...]:
        """Return the classes as in a job, `Water=#0064ff`; rows without a name are left out."""
        return tuple(row.value() for row in self._rows if row.name.text().strip())

    def show_values(self, values: Sequence[str]) -> None:
        """Show classes; one empty row if there are none."""
        if tuple(values) == self.values() and self._rows:
            return
        while self._rows:
            self._remove(self._rows[-1])
        for value in values or ("",):
            name, _, color = value.partition("=")
            self._append(name, QColor(color) if color else None)

    def _append(self, name: str, color: Optional[QColor]) -> None:
        spare = QColor(*SPARE_COLORS[len(self._rows) % len(SPARE_COLORS)])
        row = _Row(name, color or spare, len(self._rows))
        self._rows.append(row)
        self._list.addWidget(row)
        row.name.textChanged.connect(self._emit_changed)
        row.color.colorChanged.connect(self._emit_changed)
        row.drop.clicked.connect(lambda: self._drop(row))

    def _drop(self, row: _Row) -> None:
        self._remove(row)
        self.changed.emit()

    def _remove(self, row: _Row) -> None:
        self._rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _emit_changed(self) -> None:
        self.changed.emit()


class _Row(QWidget):
    """One class."""

    def __init__(self, name: str, color: QColor, number: int) -> None:
        super().__init__()
        self.name = named(
            QLineEdit(name), f"orthoscribe_new_class_{number}", tr("Name of the new class"), ""
        )
        self.name.setPlaceholderText(tr("Name, for example Water"))
        self.color = named(
            QgsColorButton(), f"orthoscribe_new_class_color_{number}", tr("Color"), ""
        )
        self.color.setColor(color)
        self.drop = named(
            QToolButton(), f"orthoscribe_new_class_drop_{number}", tr("Remove"), tr("Remove")
        )
        self.drop.setText("✕")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.name, 1)
        layout.addWidget(self.color)
        layout.addWidget(self.drop)

    def value(self) -> str:
        """Return the class as in a job."""
        return f"{self.name.text().strip()}={self.color.color().name()}"
