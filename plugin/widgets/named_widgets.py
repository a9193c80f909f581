# SPDX-License-Identifier: GPL-2.0-or-later
"""Widgets with object name, accessible name and tooltip, for tests and screen readers."""

from __future__ import annotations

from typing import TypeVar

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

Control = TypeVar("Control", bound=QWidget)


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


def small_button(name: str, title: str, tip: str) -> QPushButton:
    """Return a button that may become narrower than its title."""
    button = named(QPushButton(title), f"orthoscribe_{name}", title, tip)
    button.setMinimumWidth(1)
    button.setAutoDefault(False)  # in a dialog, Enter in a text field would press it
    return button


def text_label(
    object_name: str, title: str, text_format: Qt.TextFormat = Qt.TextFormat.PlainText
) -> QLabel:
    """Return an empty label for text that wraps and can be copied.

    It has the width of its container and the height of its text.

    Args:
        object_name: permanent name for tests.
        title: accessible name for screen readers.
        text_format: format of the text; anything but plain text requires escaping of inputs.
    """
    label = named(QLabel(), object_name, title, "")
    label.setTextFormat(text_format)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
