# SPDX-License-Identifier: GPL-2.0-or-later
"""Combo box with titles for a parameter whose value is a word, a name or a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

from processing.gui.wrappers import WidgetWrapper
from qgis.PyQt.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QToolButton, QWidget

from ..choices import LISTS, TitledChoice
from ..compat import is_null
from ..i18n import tr
from .dialogs import designer_widget, is_designer

if TYPE_CHECKING:
    from qgis.core import QgsProcessingParameterDefinition

MINIMUM_LETTERS = 24


class ChoiceWidget:
    """Creator of the widget of a choice, a class because Processing accepts nothing else.

    Args:
        parameter: text or enumeration parameter.
        dialog: dialog of Processing that shows the parameter.
        row: row in the batch dialog.
        column: column in the batch dialog.
        choices: pairs of a value and a title.
        choices_of: name of a list in `LISTS` with further choices.
        is_open: whether other values, such as folders, can be entered.
    """

    def __new__(  # type: ignore[misc]
        cls,
        parameter: QgsProcessingParameterDefinition,
        dialog: Any,
        row: int = 0,
        column: int = 0,
        choices: Sequence[Sequence[str]] = (),
        choices_of: str = "",
        is_open: bool = False,
    ) -> Any:
        """Return the widget for the dialog."""
        if is_designer(dialog):
            return designer_widget(parameter, dialog)
        listed = LISTS[choices_of]() if choices_of else ()
        shown = [*(TitledChoice(*each) for each in choices), *listed]
        return ChoiceWrapper(parameter, dialog, row, column, choices=shown, is_open=is_open)


class ChoiceWrapper(WidgetWrapper):  # type: ignore[misc]
    """Combo box of choices; an open one can also hold a folder."""

    def createWidget(self, choices: Sequence[TitledChoice], is_open: bool) -> QWidget:
        """Return a new combo box, with a button for folders if it is open.

        Args:
            choices: choices in the order of the list.
            is_open: whether other values, such as folders, can be entered.
        """
        box = QComboBox()
        box.setEditable(is_open)
        box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        box.setToolTip(self.parameterDefinition().toolTip())
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(MINIMUM_LETTERS)
        for choice in choices:
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
