# SPDX-License-Identifier: GPL-2.0-or-later
"""The model that a project prefers, stored in the project file."""

from __future__ import annotations

from qgis.core import QgsProject

from .protocol import model_folder

ENTRY = ("orthoscribe", "model")


def project_model() -> str:
    """Return the model that the open project prefers, or an empty string."""
    return str(QgsProject.instance().readEntry(*ENTRY, "")[0])


def preferred_model() -> str:
    """Return the model that the open project prefers if it is installed, or an empty string."""
    model = project_model()
    return model if model_folder(model) is not None else ""


def set_project_model(model: str) -> None:
    """Store the model that the open project prefers; an empty string removes it."""
    if model:
        QgsProject.instance().writeEntry(*ENTRY, model)
    else:
        QgsProject.instance().removeEntry(*ENTRY)
