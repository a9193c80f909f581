# SPDX-License-Identifier: GPL-2.0-or-later
"""The model that a project prefers, and the one it preferred before, stored in the project file."""

from __future__ import annotations

from qgis.core import QgsProject

from .protocol import model_folder

ENTRY = ("orthoscribe", "model")
FORMER_ENTRY = ("orthoscribe", "former_model")


def project_model() -> str:
    """Return the model that the open project prefers, or an empty string."""
    return str(QgsProject.instance().readEntry(*ENTRY, "")[0])


def preferred_model() -> str:
    """Return the model that the open project prefers if it is installed, or an empty string."""
    model = project_model()
    return model if model_folder(model) is not None else ""


def set_project_model(model: str) -> None:
    """Store the model that the open project prefers; an empty string removes it."""
    _write(ENTRY, model)


def former_model() -> str:
    """Return the model that was used before an improved one; an empty string without one."""
    return str(QgsProject.instance().readEntry(*FORMER_ENTRY, "")[0])


def use_improved_model(model: str, base: str) -> None:
    """Let the open project prefer an improved model, and keep the model it was made from.

    Args:
        model: name or folder of the improved model.
        base: name or folder of the model that it was made from.
    """
    _write(FORMER_ENTRY, base)
    set_project_model(model)


def return_to_former_model() -> str:
    """Let the open project prefer the model from before again, and return it."""
    model = former_model()
    set_project_model(model)
    _write(FORMER_ENTRY, "")
    return model


def _write(entry: tuple[str, str], text: str) -> None:
    if text:
        QgsProject.instance().writeEntry(*entry, text)
    else:
        QgsProject.instance().removeEntry(*entry)
