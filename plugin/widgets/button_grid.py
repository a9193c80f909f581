# SPDX-License-Identifier: GPL-2.0-or-later
"""Buttons in two columns, whose clicks become signals of the widget that holds them."""

from __future__ import annotations

from typing import Any, Iterable, Tuple

from qgis.PyQt.QtWidgets import QGridLayout, QPushButton

COLUMNS = 2


def button_grid(buttons: Iterable[QPushButton]) -> QGridLayout:
    """Return a layout of buttons, row by row."""
    grid = QGridLayout()
    for index, button in enumerate(buttons):
        grid.addWidget(button, index // COLUMNS, index % COLUMNS)
    return grid


def pass_clicks_on(*clicks: Tuple[QPushButton, Any]) -> None:
    """Let the click of each button emit a signal without arguments.

    Args:
        clicks: pairs of a button and a signal.
    """
    for button, signal in clicks:
        button.clicked.connect(lambda _=False, signal=signal: signal.emit())
