# SPDX-License-Identifier: GPL-2.0-or-later
"""Background task of one operation that ends with a message for the user."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.core import QgsTask
from qgis.PyQt.QtCore import Qt, pyqtSignal

from ..engine_client.install_error import InstallError
from ..errors import error_text
from ..i18n import tr
from ..log import LOGGER
from ..protocol import OrthoscribeError

ReportProgress = Callable[[float, str, str], None]
Operation = Callable[[ReportProgress, Callable[[], bool]], str]


class MessageTask(QgsTask):  # type: ignore[misc]
    """Task for one operation; keep a reference to it until `on_end` was called.

    Args:
        title: title in the task manager.
        work: function of a progress callback (fraction, phase, sentence) and a cancellation
            check, which returns a message for the user, or raises `InstallError` or an error of
            Orthoscribe.
        on_progress: callback for a fraction and a sentence, called on the main thread.
        on_end: callback for success and a message, called once on the main thread.
    """

    _progressed = pyqtSignal(float, str)

    def __init__(
        self,
        title: str,
        work: Operation,
        on_progress: Callable[[float, str], None],
        on_end: Callable[[bool, str], None],
    ) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._work = work
        self._on_end: Optional[Callable[[bool, str], None]] = on_end
        self._sentence = tr("Canceled before it began.")
        self._progressed.connect(on_progress, Qt.ConnectionType.QueuedConnection)

    def run(self) -> bool:
        """Do the work (background thread). No exception may escape, or QGIS crashes."""
        try:
            self._sentence = self._work(self._report_progress, self.isCanceled)
        except (InstallError, OrthoscribeError) as error:
            self._sentence = str(error)
        except Exception as error:
            LOGGER.exception("A background task failed")
            self._sentence = error_text(error)
        else:
            return True
        return False

    def finished(self, result: bool) -> None:
        """Report the result (main thread)."""
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end(result, self._sentence)

    def _report_progress(self, fraction: float, phase: str, sentence: str) -> None:
        self.setProgress(100.0 * fraction)
        self._progressed.emit(fraction, f"{phase}: {sentence}" if phase else sentence)
