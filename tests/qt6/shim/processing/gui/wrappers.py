"""Stand-in for the wrappers of parameters."""

from PyQt6.QtCore import QObject, pyqtSignal
from stand_in import StandIn


class Parameter(StandIn):
    def toolTip(self):
        return "A parameter"

    def minimum(self):
        return 0

    def maximum(self):
        return 10

    def defaultValue(self):
        return 1


class WidgetWrapper(QObject):
    widgetValueHasChanged = pyqtSignal(object)

    def __init__(self, *_args, **_kwargs):
        super().__init__()
        self.dialogType = "standard"

    def parameterDefinition(self):
        return Parameter()
