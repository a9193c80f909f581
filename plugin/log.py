# SPDX-License-Identifier: GPL-2.0-or-later
"""The log: QGIS's message panel under our tag, and a small file that survives a crash.

Any thread may write; `QgsMessageLog` hands messages to the main thread itself.
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
    """Writes records to QGIS's message panel."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record."""
        level = next(ours for floor, ours in _LEVELS if record.levelno >= floor)
        QgsMessageLog.logMessage(self.format(record), TAG, level, notifyUser=False)


def start_log(folder: Path) -> None:
    """Open the log; where `folder` cannot be written, the message panel alone has to do."""
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
        LOGGER.warning("No log file can be kept in %s: %s", folder, error)
        return
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOGGER.addHandler(file)


def stop_log() -> None:
    """Close the log and its file."""
    for handler in list(LOGGER.handlers):
        LOGGER.removeHandler(handler)
        handler.close()
