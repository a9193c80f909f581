# SPDX-License-Identifier: GPL-2.0-or-later
"""Work on the engine's environment in the background: install, test or remove it."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.core import QgsTask
from qgis.PyQt.QtCore import Qt, pyqtSignal

from ..engine_client.install_error import InstallCanceled, InstallError
from ..errors import sentence_of
from ..log import LOGGER

Tell = Callable[[float, str, str], None]
Work = Callable[[Tell, Callable[[], bool]], str]


class SetupTask(QgsTask):  # type: ignore[misc]
    """Does one piece of work; keep a reference to it until it said how it ended.

    Args:
        title: what the task bar shows.
        work: given a teller of (fraction, phase, sentence) and a question whether to stop;
            returns a sentence for the user, raises `InstallError`.
        on_progress: called on the main thread with a fraction and a sentence.
        on_end: called on the main thread once, with whether it went well, and a sentence.
    """

    _progressed = pyqtSignal(float, str)

    def __init__(
        self,
        title: str,
        work: Work,
        on_progress: Callable[[float, str], None],
        on_end: Callable[[bool, str], None],
    ) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._work = work
        self._on_end: Optional[Callable[[bool, str], None]] = on_end
        self._sentence = str(InstallCanceled())
        self._progressed.connect(on_progress, Qt.ConnectionType.QueuedConnection)

    def run(self) -> bool:
        """Work (background thread). What escapes from here crashes QGIS, so nothing does."""
        try:
            self._sentence = self._work(self._tell, self.isCanceled)
        except InstallError as error:
            self._sentence = str(error)
        except Exception as error:
            LOGGER.exception("The engine's environment")
            self._sentence = sentence_of(error)
        else:
            return True
        return False

    def finished(self, result: bool) -> None:
        """Say how it ended (main thread)."""
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end(result, self._sentence)

    def _tell(self, fraction: float, phase: str, sentence: str) -> None:
        self.setProgress(100.0 * fraction)
        self._progressed.emit(fraction, f"{phase}: {sentence}" if phase else sentence)
