# SPDX-License-Identifier: GPL-2.0-or-later
"""Keys 1 to 9, which choose the class of the next polygon while the wizard's layer is active."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence

try:
    from qgis.PyQt.QtGui import QShortcut
except ImportError:  # Qt 5 as wrapped by QGIS 3.22
    from qgis.PyQt.QtWidgets import QShortcut

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QObject

MOST_KEYS = 9


class ClassKeys:
    """Shortcuts of QGIS's window; text fields still get their digits.

    Args:
        window: main window of QGIS.
        choose: function that is called with the row of the class, from 0.
    """

    def __init__(self, window: QObject, choose: Callable[[int], Any]) -> None:
        self._shortcuts: List[QShortcut] = []
        for row in range(MOST_KEYS):
            shortcut = QShortcut(QKeySequence(str(row + 1)), window)
            shortcut.setObjectName(f"orthoscribe_class_key_{row + 1}")
            shortcut.setContext(Qt.ShortcutContext.ApplicationShortcut)
            shortcut.activated.connect(lambda row=row: choose(row))
            shortcut.setEnabled(False)
            self._shortcuts.append(shortcut)

    def enable(self, is_wanted: bool) -> None:
        """Enable or disable all keys."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(is_wanted)

    def teardown(self) -> None:
        """Remove the keys; may be called more than once."""
        while self._shortcuts:
            shortcut = self._shortcuts.pop()
            shortcut.setEnabled(False)
            shortcut.deleteLater()
