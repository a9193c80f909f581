# SPDX-License-Identifier: GPL-2.0-or-later
"""Every control has a stable name for tests, a tooltip, and a name for screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from qgis.PyQt.QtWidgets import QWidget

Control = TypeVar("Control", bound="QWidget")


def named(control: Control, object_name: str, title: str, tip: str) -> Control:
    """Name `control` and return it.

    Args:
        control: any widget.
        object_name: how tests and style sheets find it.
        title: how a screen reader announces it.
        tip: its tooltip.
    """
    control.setObjectName(object_name)
    control.setAccessibleName(title)
    control.setToolTip(tip)
    return control
