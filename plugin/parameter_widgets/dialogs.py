# SPDX-License-Identifier: GPL-2.0-or-later
"""Dialogs of Processing in which a parameter is shown: run, batch and model designer.

In the designer a value can also come from another step, so QGIS's own widget is shown there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from qgis.gui import QgsGui

if TYPE_CHECKING:
    from qgis.core import QgsProcessingParameterDefinition

DESIGNER = "ModelerParametersDialog"


class WidgetCreator:
    """Creator of the widget of a parameter, a class because Processing accepts nothing else.

    Args:
        parameter: parameter that is shown.
        dialog: dialog of Processing that shows it.
        row: row in the batch dialog.
        column: column in the batch dialog.
        options: settings of the widget, from the parameter.
    """

    WRAPPER: ClassVar[Any] = None  # class of the widget outside of the model designer

    def __new__(  # type: ignore[misc]
        cls,
        parameter: QgsProcessingParameterDefinition,
        dialog: Any,
        row: int = 0,
        column: int = 0,
        **options: Any,
    ) -> Any:
        """Return the widget for the dialog."""
        if type(dialog).__name__ == DESIGNER:
            return _designer_widget(parameter, dialog)
        return cls.WRAPPER(parameter, dialog, row, column, **options)


def _designer_widget(parameter: QgsProcessingParameterDefinition, dialog: Any) -> Any:
    """Return QGIS's own widget, in which a value can also come from another step of the model."""
    widget = QgsGui.processingGuiRegistry().createModelerParameterWidget(
        dialog.model, dialog.childId, parameter, dialog.context
    )
    widget.setDialog(dialog)
    return widget
