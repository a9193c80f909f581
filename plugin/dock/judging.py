# SPDX-License-Identifier: GPL-2.0-or-later
"""Buttons that judge the feature of a review: *Right*, *Wrong* and *Is a …*, each by one key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QPushButton, QWidget

from ..i18n import tr
from ..layers.review_marks import (
    can_be_judged,
    code_of,
    corrections_for,
    judge,
    mark_reviewed,
    result_legend,
)
from ..protocol import OrthoscribeError
from ..widgets.named_widgets import named

if TYPE_CHECKING:
    from qgis.core import QgsFeature, QgsProject, QgsVectorLayer

MOST_DIGITS = 9


class JudgingRow(QWidget):
    """Buttons for one feature; each judgment becomes a correction.

    Args:
        project: project with the layers.
    """

    judged = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, project: QgsProject, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._project = project
        self._layer: Optional[QgsVectorLayer] = None
        self._feature: Optional[QgsFeature] = None
        self._right = self._button("right", tr("Right"), "R", tr("Its class is right"))
        self._wrong = self._button("wrong", tr("Wrong"), "W", tr("Its class is wrong"))
        self._other = self._button("is_a", tr("Is a…"), "I", tr("Choose its right class"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self._right, self._wrong, self._other):
            layout.addWidget(button)
        self._right.clicked.connect(self._say_right)
        self._wrong.clicked.connect(lambda: self._write(None))
        self._other.clicked.connect(self._choose)

    def show_feature(self, feature: QgsFeature, layer: QgsVectorLayer) -> None:
        """Judge this feature from now on; lines and points cannot be judged."""
        self._feature, self._layer = feature, layer
        self.setEnabled(can_be_judged(layer))

    def say_is(self, code: int) -> None:
        """Correct the class of the feature."""
        self._write(code)

    def _say_right(self) -> None:
        feature, layer = self._feature, self._layer
        if feature is None or layer is None:
            return
        if self._write(code_of(feature, result_legend(layer))):
            mark_reviewed(feature, layer)

    def _choose(self) -> None:
        if self._layer is None:
            return
        menu = QMenu(self)
        for number, each in enumerate(result_legend(self._layer).classes, 1):
            key = f"&{number} " if number <= MOST_DIGITS else ""
            action = menu.addAction(f"{key}{each.title}")
            action.triggered.connect(lambda _=False, code=each.code: self.say_is(code))
        menu.popup(self._other.mapToGlobal(self._other.rect().bottomLeft()))

    def _write(self, code: Optional[int]) -> bool:
        feature, layer = self._feature, self._layer
        if feature is None or layer is None:
            return False
        try:
            corrections = corrections_for(layer, self._project) or self._in_chosen_folder(layer)
            if corrections is None:
                return False
            judge(feature, layer, corrections, code, self._project)
        except OrthoscribeError as error:
            self.failed.emit(str(error))
            return False
        self.judged.emit()
        return True

    def _in_chosen_folder(self, layer: QgsVectorLayer) -> Optional[QgsVectorLayer]:
        """Return a new layer in a folder that the user chooses, as the result is temporary."""
        title = tr("Choose a folder for your corrections, since the result is temporary")
        folder = QFileDialog.getExistingDirectory(self, title)
        return corrections_for(layer, self._project, Path(folder)) if folder else None

    def _button(self, name: str, title: str, key: str, tip: str) -> QPushButton:
        button = QPushButton(title)
        button.setMinimumWidth(1)
        button.setShortcut(QKeySequence(key))
        return named(button, f"orthoscribe_review_{name}", title, f"{tip} ({key})")
