# SPDX-License-Identifier: GPL-2.0-or-later
"""Dialogs of Processing in which a parameter is shown: run, batch and model designer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.gui import QgsGui

if TYPE_CHECKING:
    from qgis.core import QgsProcessingParameterDefinition

DESIGNER = "ModelerParametersDialog"


def is_designer(dialog: Any) -> bool:
    """Return whether a dialog is that of a step in the model designer."""
    return type(dialog).__name__ == DESIGNER


def designer_widget(parameter: QgsProcessingParameterDefinition, dialog: Any) -> Any:
    """Return QGIS's own widget, in which a value can also come from another step of the model."""
    widget = QgsGui.processingGuiRegistry().createModelerParameterWidget(
        dialog.model, dialog.childId, parameter, dialog.context
    )
    widget.setDialog(dialog)
    return widget
