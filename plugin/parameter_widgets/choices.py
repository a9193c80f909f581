# SPDX-License-Identifier: GPL-2.0-or-later
"""Combo box with titles for a parameter whose value is a word, a name or a folder."""

from __future__ import annotations

from typing import Any, Sequence

from processing.gui.wrappers import WidgetWrapper
from qgis.PyQt.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QToolButton, QWidget

from ..choices import LISTS, TitledChoice
from ..compat import is_null
from ..i18n import tr
from .dialogs import WidgetCreator

MINIMUM_LETTERS = 24


class ChoiceWrapper(WidgetWrapper):  # type: ignore[misc]
    """Combo box of choices; an open one can also hold a folder."""

    def createWidget(
        self, choices: Sequence[Sequence[str]] = (), choices_of: str = "", is_open: bool = False
    ) -> QWidget:
        """Return a new combo box, with a button for folders if it is open.

        Args:
            choices: pairs of a value and a title.
            choices_of: name of a list in `LISTS` with further choices.
            is_open: whether other values, such as folders, can be entered.
        """
        box = QComboBox()
        box.setEditable(is_open)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setToolTip(self.parameterDefinition().toolTip())
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(MINIMUM_LETTERS)
        listed = LISTS[choices_of]() if choices_of else ()
        for choice in (*(TitledChoice(*each) for each in choices), *listed):
            box.addItem(choice.title, choice.value)
        box.currentTextChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        self._box = box
        return _with_folder_button(box) if is_open else box

    def setValue(self, value: Any) -> None:
        """Show a value: its choice, or the value itself in an open list."""
        text = "" if is_null(value) else str(value)
        index = self._box.findData(text)
        if index >= 0 or not self._box.isEditable():
            self._box.setCurrentIndex(max(0, index))
        else:
            self._box.setEditText(text)

    def value(self) -> Any:
        """Return the value of the chosen title, or the text in an open list."""
        index = self._box.findText(self._box.currentText())
        return self._box.itemData(index) if index >= 0 else self._box.currentText().strip()


class ChoiceWidget(WidgetCreator):
    """Combo box for a text or an enumeration; the options are those of `ChoiceWrapper`."""

    WRAPPER = ChoiceWrapper


def _with_folder_button(box: QComboBox) -> QWidget:
    """Return a combo box with a button that chooses a folder."""
    widget, button = QWidget(), QToolButton()
    layout = QHBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(box, 1)
    layout.addWidget(button)
    button.setText("…")
    button.setToolTip(tr("Choose a model folder"))

    def choose() -> None:
        folder = QFileDialog.getExistingDirectory(widget, tr("Choose a model folder"))
        if folder:
            box.setEditText(folder)

    button.clicked.connect(choose)
    return widget
