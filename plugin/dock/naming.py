# SPDX-License-Identifier: GPL-2.0-or-later
"""Object name, accessible name and tooltip of controls."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

Control = TypeVar("Control", bound="QWidget")


def named(control: Control, object_name: str, title: str, tip: str) -> Control:
    """Set the names and the tooltip of `control` and return it.

    Args:
        control: any widget.
        object_name: permanent name for tests and style sheets.
        title: accessible name for screen readers.
        tip: tooltip of the control.
    """
    control.setObjectName(object_name)
    control.setAccessibleName(title)
    control.setToolTip(tip)
    return control
