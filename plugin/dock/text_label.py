# SPDX-License-Identifier: GPL-2.0-or-later
"""Text that we write while the dock is open: it wraps, and can be copied."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QLabel, QSizePolicy

from .naming import named


def text_label(
    object_name: str, title: str, text_format: Qt.TextFormat = Qt.TextFormat.PlainText
) -> QLabel:
    """Return an empty label that is as wide as it may be and as high as its text.

    Args:
        object_name: how tests find it.
        title: how a screen reader announces it.
        text_format: plain, unless whoever fills it escapes what comes from outside.
    """
    label = named(QLabel(), object_name, title, "")
    label.setTextFormat(text_format)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return label
