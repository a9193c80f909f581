# SPDX-License-Identifier: GPL-2.0-or-later
"""Spin box that shows a word, such as Automatic, for the special value of a number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from processing.gui.wrappers import WidgetWrapper
from qgis.core import QgsProcessingParameterNumber
from qgis.gui import QgsDoubleSpinBox, QgsSpinBox

from ..compat import is_null
from .dialogs import WidgetCreator

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

LARGEST = 2_000_000_000
DECIMALS = 7
STEP = 0.0001


class NumberWrapper(WidgetWrapper):  # type: ignore[misc]
    """Spin box with a text for its lowest value."""

    def createWidget(self, special: str) -> QWidget:
        """Return a new spin box; clearing it restores the default.

        Args:
            special: text of the lowest value.
        """
        parameter = self.parameterDefinition()
        is_whole = parameter.dataType() == QgsProcessingParameterNumber.Type.Integer
        kind = int if is_whole else float
        box = QgsSpinBox() if is_whole else QgsDoubleSpinBox()
        if not is_whole:
            box.setDecimals(DECIMALS)
            box.setSingleStep(STEP)
        box.setRange(kind(parameter.minimum()), kind(min(parameter.maximum(), LARGEST)))
        box.setExpressionsEnabled(True)
        box.setSpecialValueText(special)
        box.setClearValue(kind(parameter.defaultValue()))
        box.setToolTip(parameter.toolTip())
        box.valueChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        self._box = box
        return box

    def setValue(self, value: Any) -> None:
        """Show a value; the default if it is NULL."""
        if is_null(value):
            self._box.clear()
        else:
            self._box.setValue(type(self._box.value())(value))

    def value(self) -> Any:
        """Return the number."""
        return self._box.value()


class NumberWidget(WidgetCreator):
    """Spin box for a number whose lowest value has a special meaning, shown as `special`."""

    WRAPPER = NumberWrapper
