# SPDX-License-Identifier: GPL-2.0-or-later
"""What all samples of layers have in common: a short delay, and one background task at a time."""

from __future__ import annotations

from contextlib import suppress
from typing import Optional

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

SETTLE_MS = 200


class SampleControl(QObject):
    """Samples layers in the background after their choice has changed.

    Args:
        parent: section with the chosen layers.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._task: Optional[QgsTask] = None
        self._settle = QTimer(self)
        self._settle.setInterval(SETTLE_MS)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._renew)

    def renew_soon(self) -> None:
        """Sample again after a short delay without further changes."""
        self._settle.start()

    def teardown(self) -> None:
        """Stop sampling."""
        self._settle.stop()
        self._drop_task()

    def _renew(self) -> None:
        """Start a task for the layers chosen now, or drop what is known of others."""
        raise NotImplementedError

    def _start(self, task: QgsTask) -> None:
        self._task = task  # QGIS keeps no reference of its own
        QgsApplication.taskManager().addTask(task)

    def _drop_task(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            with suppress(RuntimeError):  # QGIS has deleted a task that ended otherwise
                task.cancel()
