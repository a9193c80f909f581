# SPDX-License-Identifier: GPL-2.0-or-later
"""Label for variable text, which wraps and can be copied."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy

from .naming import named


def text_label(
    object_name: str, title: str, text_format: Qt.TextFormat = Qt.TextFormat.PlainText
) -> QLabel:
    """Return an empty label with the width of its container and the height of its text.

    Args:
        object_name: permanent name for tests.
        title: accessible name for screen readers.
        text_format: format of the text; anything but plain text requires escaping of inputs.
    """
    label = named(QLabel(), object_name, title, "")
    label.setTextFormat(text_format)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
