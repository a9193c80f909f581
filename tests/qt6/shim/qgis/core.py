# SPDX-License-Identifier: GPL-2.0-or-later
"""Stand-ins for the classes of `qgis.core`; settings and tasks are real Qt objects."""

import tempfile

from PyQt6.QtCore import QObject, QSettings
from stand_in import StandIn, StandInType

NULL = None


class Qgis(StandIn):
    QGIS_VERSION_INT = 40000
    QGIS_VERSION = "4.0.0"


class QgsProcessingUtils(StandIn):
    @staticmethod
    def generateTempFilename(name):
        return f"{tempfile.gettempdir()}/{name}"


class QgsSettings(QSettings):
    def value(self, key, default=None, type=None):
        return default


class QgsTask(QObject):
    class Flag:
        CanCancel = 2

    def __init__(self, title="", flags=0):
        super().__init__()

    def setProgress(self, fraction):
        pass

    def isCanceled(self):
        return False

    def cancel(self):
        pass


class QgsProcessingParameterEnum(StandIn):
    """Parameter whose widget is built apart."""


def __getattr__(name):
    if not name.startswith("Q"):
        raise AttributeError(name)
    found = globals()[name] = StandInType(name, (StandIn,), {})
    return found
