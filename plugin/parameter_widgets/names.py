# SPDX-License-Identifier: GPL-2.0-or-later
"""Line edit for names apart by commas, with a menu that adds or removes names by title."""

from __future__ import annotations

from typing import Any, List

from processing.gui.wrappers import WidgetWrapper
from qgis.PyQt.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QToolButton, QWidget

from ..choices import LISTS
from ..compat import is_null
from ..i18n import tr
from .dialogs import WidgetCreator


class NamesWrapper(WidgetWrapper):  # type: ignore[misc]
    """Line edit with a button that opens the menu of names."""

    def createWidget(self, choices_of: str) -> QWidget:
        """Return a new line edit with its button.

        Args:
            choices_of: name of a list in `LISTS`.
        """
        widget, button, menu = QWidget(), QToolButton(), QMenu()
        self._line, self._menu = QLineEdit(), menu
        self._line.setToolTip(self.parameterDefinition().toolTip())
        self._line.textChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        for choice in LISTS[choices_of]():
            action = menu.addAction(choice.title)
            action.setCheckable(True)
            action.setData(choice.value)
            action.triggered.connect(lambda _, name=choice.value: self._toggle(name))
        menu.aboutToShow.connect(self._check_names)
        button.setText(tr("Choose"))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        layout = QHBoxLayout(widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._line, 1)
        layout.addWidget(button)
        return widget

    def setValue(self, value: Any) -> None:
        """Show the names."""
        self._line.setText("" if is_null(value) else str(value))

    def value(self) -> str:
        """Return the names apart by commas."""
        return str(self._line.text())

    def _names(self) -> List[str]:
        return [part.strip() for part in self.value().split(",") if part.strip()]

    def _toggle(self, name: str) -> None:
        names = self._names()
        kept = [each for each in names if each != name]
        self.setValue(",".join(kept if name in names else [*names, name]))

    def _check_names(self) -> None:
        for action in self._menu.actions():
            action.setChecked(action.data() in self._names())


class NamesWidget(WidgetCreator):
    """Line edit of names for a text parameter; `choices_of` is the name of a list in `LISTS`."""

    WRAPPER = NamesWrapper
