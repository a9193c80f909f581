# SPDX-License-Identifier: GPL-2.0-or-later
"""List of what is wrong with the drawn polygons, with *Show* and a button that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional, Sequence

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QListWidget, QVBoxLayout, QWidget

from ...i18n import tr
from ...widgets.named_widgets import named, small_button

if TYPE_CHECKING:
    from ...layers.drawn_findings import DrawnFinding

SHOWN_ROWS = 4


class FindingsList(QWidget):
    """Findings; hidden without any."""

    show_pressed = pyqtSignal(object)
    fix_pressed = pyqtSignal(object)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._findings: List[DrawnFinding] = []
        self._can_edit = True
        self._list = named(
            QListWidget(), "orthoscribe_wizard_findings", tr("To check"), tr("Select one")
        )
        self._list.setWordWrap(True)
        self._show = small_button("wizard_show", tr("Show"), tr("Zoom to the place and flash it"))
        self._fix = small_button("wizard_fix", tr("Fix"), tr("Mend it; Ctrl+Z undoes it"))
        buttons = QHBoxLayout()
        buttons.addWidget(QLabel(tr("To check")), 1)
        buttons.addWidget(self._show)
        buttons.addWidget(self._fix)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(buttons)
        layout.addWidget(self._list)
        self._list.currentRowChanged.connect(self._show_buttons)
        self._list.itemDoubleClicked.connect(lambda *_: self._emit(self.show_pressed))
        self._show.clicked.connect(lambda: self._emit(self.show_pressed))
        self._fix.clicked.connect(lambda: self._emit(self.fix_pressed))
        self.hide()

    def show_findings(self, findings: Sequence[DrawnFinding], *, can_edit: bool) -> None:
        """Show findings; the selection stays at its row.

        Args:
            findings: findings in their order.
            can_edit: whether *Fix* is offered.
        """
        row = max(0, self._list.currentRow())
        self._findings, self._can_edit = list(findings), can_edit
        self._list.clear()
        self._list.addItems([each.sentence for each in findings])
        self._list.setCurrentRow(min(row, len(findings) - 1))
        height_px = max(1, self._list.sizeHintForRow(0)) * min(len(findings), SHOWN_ROWS)
        self._list.setFixedHeight(height_px + 8)
        self.setVisible(bool(findings))
        self._show_buttons()

    def _current(self) -> Optional[DrawnFinding]:
        row = self._list.currentRow()
        return self._findings[row] if 0 <= row < len(self._findings) else None

    def _show_buttons(self) -> None:
        finding = self._current()
        self._show.setEnabled(finding is not None and not finding.place.isEmpty())
        fix = finding.fix if finding is not None and self._can_edit else ""
        self._fix.setEnabled(bool(fix))
        self._fix.setText(tr(fix or "Fix"))

    def _emit(self, signal: pyqtSignal) -> None:
        finding = self._current()
        if finding is not None:
            signal.emit(finding)
