"""What tests of the dock share: a window for it to stand in, and words for what it shows."""

from qgis.PyQt.QtCore import QObject, pyqtSignal

WAIT_MS = 8000


class Window(QObject):
    """As much of QGIS's window as the dock asks for."""

    currentLayerChanged = pyqtSignal(object)  # noqa: N815

    def __init__(self, canvas):
        super().__init__()
        self._canvas = canvas
        self.active = None

    def mapCanvas(self):
        return self._canvas

    def activeLayer(self):
        return self.active


def child(dock, name, kind=QObject):
    found = dock.findChild(kind, f"orthoscribe_{name}")
    assert found is not None, name
    return found


def choose(box, value):
    box.setCurrentIndex(box.findData(value))


def shown(dock, name):
    return child(dock, name).isVisibleTo(dock)


def is_ready(dock):
    return child(dock, "run").isEnabled()
