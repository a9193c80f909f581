# SPDX-License-Identifier: GPL-2.0-or-later
"""Header line of the dock: state of the engine, device, and the list of models."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from ..i18n import tr
from ..widgets.named_widgets import named


class HeaderBar(QWidget):
    """Header line; emits `engine_toggled` when the engine panel is to be shown or hidden."""

    engine_toggled = pyqtSignal(bool)
    models_pressed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("orthoscribe_header")
        self._engine = _button(
            "engine_state", tr("Engine"), tr("Show or hide the setup of the engine")
        )
        self._engine.setCheckable(True)
        self._engine.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._device = named(
            QLabel(), "orthoscribe_device_name", tr("Device"), tr("Device that runs the network")
        )
        self._device.setTextFormat(Qt.TextFormat.PlainText)
        self._device.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._models = _button("models", tr("Models…"), tr("List all models and architectures"))
        self._models.setText(tr("Models…"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 0)
        layout.addWidget(self._engine)
        layout.addWidget(self._device, 1)
        layout.addWidget(self._models)
        self._engine.toggled.connect(self._show_arrow)
        self._engine.toggled.connect(self.engine_toggled.emit)
        self._models.clicked.connect(self.models_pressed.emit)
        self._show_arrow(False)

    def show_state(self, engine: str, device: str) -> None:
        """Show the state of the engine in a word, and the title of the device."""
        self._engine.setText(tr("Engine: {state}").format(state=engine))
        self._device.setText(device)

    def open_engine(self, is_open: bool) -> None:
        """Show or hide the engine panel, as a click on the state of the engine."""
        self._engine.setChecked(is_open)

    def _show_arrow(self, is_open: bool) -> None:
        self._engine.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)


def _button(name: str, title: str, tip: str) -> QToolButton:
    button = named(QToolButton(), f"orthoscribe_{name}", title, tip)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setAutoRaise(True)
    return button
