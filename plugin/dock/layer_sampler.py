# SPDX-License-Identifier: GPL-2.0-or-later
"""What all samples of layers have in common: a short delay, and one background task at a time."""

from __future__ import annotations

from contextlib import suppress
from typing import Optional

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..widgets.delay_timer import delay_timer

DELAY_MS = 200


class LayerSampler(QObject):
    """Samples layers in the background after their choice has changed.

    Args:
        parent: section with the chosen layers.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._task: Optional[QgsTask] = None
        self._delay_timer = delay_timer(self, DELAY_MS, self._update)

    def schedule_update(self) -> None:
        """Sample again after a short delay without further changes."""
        self._delay_timer.start()

    def teardown(self) -> None:
        """Stop sampling."""
        self._delay_timer.stop()
        self._cancel_task()

    def _update(self) -> None:
        """Start a task for the layers chosen now, or drop what is known of others."""
        raise NotImplementedError

    def _start(self, task: QgsTask) -> None:
        self._task = task  # QGIS keeps no reference of its own
        QgsApplication.taskManager().addTask(task)

    def _cancel_task(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            with suppress(RuntimeError):  # QGIS has deleted a task that ended otherwise
                task.cancel()
