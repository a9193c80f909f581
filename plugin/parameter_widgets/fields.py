# SPDX-License-Identifier: GPL-2.0-or-later
"""Combo box with the fields of the layer that another parameter holds.

QGIS's own field parameter crashes if the other parameter holds a raster (3.40), and ground truth
may be either.
"""

from __future__ import annotations

from typing import Any, List, Sequence

from processing.gui.wrappers import WidgetWrapper
from qgis.core import QgsProcessingContext, QgsProcessingUtils, QgsProject, QgsVectorLayer
from qgis.PyQt.QtWidgets import QComboBox, QWidget

from ..compat import is_null
from .dialogs import WidgetCreator


class FieldWrapper(WidgetWrapper):  # type: ignore[misc]
    """Combo box of fields, in which another name can be entered."""

    def createWidget(self, parent: str) -> QWidget:
        """Return a new combo box.

        Args:
            parent: key of the parameter that holds the layer.
        """
        self._parent = parent
        self._box = QComboBox()
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._box.setToolTip(self.parameterDefinition().toolTip())
        self._box.currentTextChanged.connect(lambda _: self.widgetValueHasChanged.emit(self))
        return self._box

    def postInitialize(self, wrappers: Sequence[Any]) -> None:
        """Show the fields of the layer, now and whenever another one is chosen."""
        for wrapper in wrappers:
            if wrapper.parameterDefinition().name() == self._parent:
                wrapper.widgetValueHasChanged.connect(self._show_fields)
                self._show_fields(wrapper)

    def setValue(self, value: Any) -> None:
        """Show the name of a field."""
        self._box.setEditText("" if is_null(value) else str(value))

    def value(self) -> str:
        """Return the name of the field; empty to detect it."""
        return str(self._box.currentText().strip())

    def _show_fields(self, parent: Any) -> None:
        names, kept = _fields_of(parent.parameterValue()), self.value()
        is_kept = kept in names
        self._box.clear()
        self._box.addItems(["", *names])
        self.setValue(kept if is_kept else "")


class FieldWidget(WidgetCreator):
    """Combo box of fields for a text parameter; `parent` is the key of that with the layer."""

    WRAPPER = FieldWrapper


def _fields_of(value: Any) -> List[str]:
    """Return the names of the fields of a layer, given as in a parameter; none of a raster."""
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    is_text = isinstance(value, str) and value
    layer = QgsProcessingUtils.mapLayerFromString(value, context) if is_text else value
    return list(layer.fields().names()) if isinstance(layer, QgsVectorLayer) else []
