# SPDX-License-Identifier: GPL-2.0-or-later
"""Timer that fires once, a while after it was last started."""

from __future__ import annotations

from typing import Callable

from qgis.PyQt.QtCore import QObject, QTimer


def delay_timer(parent: QObject, delay_ms: int, on_timeout: Callable[[], None]) -> QTimer:
    """Return a timer that calls `on_timeout` once, `delay_ms` after it was last started."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(delay_ms)
    timer.timeout.connect(on_timeout)
    return timer
