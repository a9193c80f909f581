# SPDX-License-Identifier: GPL-2.0-or-later
"""Log of the plugin: the QGIS message panel, and a small file that survives a crash.

Any thread may write; `QgsMessageLog` passes messages to the main thread.
"""

from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING

from qgis.core import Qgis, QgsMessageLog

if TYPE_CHECKING:
    from pathlib import Path

TAG = "Orthoscribe"
LOGGER = logging.getLogger("orthoscribe.plugin")
FILE_SIZE_BYTES = 500_000

_LEVELS = (
    (logging.ERROR, Qgis.MessageLevel.Critical),
    (logging.WARNING, Qgis.MessageLevel.Warning),
    (logging.NOTSET, Qgis.MessageLevel.Info),
)


class MessagePanelHandler(logging.Handler):
    """Logging handler that writes to the QGIS message panel."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        level = next(ours for floor, ours in _LEVELS if record.levelno >= floor)
        QgsMessageLog.logMessage(self.format(record), TAG, level, notifyUser=False)


def start_log(folder: Path) -> None:
    """Open the log; if `folder` cannot be written, log to the message panel only."""
    stop_log()
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    LOGGER.addHandler(MessagePanelHandler())
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = RotatingFileHandler(
            folder / "plugin.log", maxBytes=FILE_SIZE_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError as error:
        LOGGER.warning("The log file cannot be written to %s: %s", folder, error)
        return
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.addHandler(file)


def stop_log() -> None:
    """Close the log and its file."""
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
        handler.close()
