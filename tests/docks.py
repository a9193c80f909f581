"""What tests of the dock share: a window for it to stand in, and words for what it shows."""

from qgis.gui import QgsMapCanvas, QgsMapToolPan, QgsMessageBar
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QAction, QMainWindow

WAIT_MS = 60_000


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


class MainWindow(QMainWindow):
    """As much of QGIS's window as the wizard asks for, made of real widgets."""

    currentLayerChanged = pyqtSignal(object)  # noqa: N815

    def __init__(self):
        super().__init__()
        self._canvas = QgsMapCanvas(self)
        self.setCentralWidget(self._canvas)
        self._bar = QgsMessageBar(self)
        self._active = None
        self._add_feature = QAction("Add feature", self)
        self._pan, self._pan_tool = QAction("Pan", self), QgsMapToolPan(self._canvas)
        self._pan.triggered.connect(lambda: self._canvas.setMapTool(self._pan_tool))

    def mainWindow(self):
        return self

    def mapCanvas(self):
        return self._canvas

    def messageBar(self):
        return self._bar

    def actionAddFeature(self):
        return self._add_feature

    def actionPan(self):
        return self._pan

    def activeLayer(self):
        return self._active

    def setActiveLayer(self, layer):
        self._active = layer
        self.currentLayerChanged.emit(layer)
        return True


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
