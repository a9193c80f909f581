# SPDX-License-Identifier: GPL-2.0-or-later
"""The widgets of `qgis.gui` as the PyQt6 widgets that they inherit from."""

from PyQt6 import QtCore, QtWidgets
from stand_in import StandIn


class QgsDockWidget(QtWidgets.QDockWidget):
    def setToggleVisibilityAction(self, action):
        pass


class QgsCollapsibleGroupBox(QtWidgets.QGroupBox):
    collapsedStateChanged = QtCore.pyqtSignal(bool)

    def setCollapsed(self, is_collapsed):
        pass

    def isCollapsed(self):
        return False


class QgsSpinBox(QtWidgets.QSpinBox):
    def setClearValue(self, *_):
        pass

    def setShowClearButton(self, _):
        pass

    def setExpressionsEnabled(self, _):
        pass


class QgsDoubleSpinBox(QtWidgets.QDoubleSpinBox):
    def setClearValue(self, *_):
        pass

    def setShowClearButton(self, _):
        pass

    def setExpressionsEnabled(self, _):
        pass


class QgsFileWidget(QtWidgets.QWidget):
    fileChanged = QtCore.pyqtSignal(str)

    class StorageMode:
        GetDirectory, GetFile, SaveFile = 1, 0, 3

    def filePath(self):
        return ""

    def __getattr__(self, name):
        return StandIn(name)


class QgsMapLayerComboBox(QtWidgets.QComboBox):
    layerChanged = QtCore.pyqtSignal(object)

    def currentLayer(self):
        return None

    def __getattr__(self, name):
        return StandIn(name)


class QgsRasterBandComboBox(QtWidgets.QComboBox):
    bandChanged = QtCore.pyqtSignal(int)

    def currentBand(self):
        return 1

    def __getattr__(self, name):
        return StandIn(name)


class QgsMapCanvas(QtWidgets.QGraphicsView):
    extentsChanged = QtCore.pyqtSignal()
    renderComplete = QtCore.pyqtSignal(object)
    mapCanvasRefreshed = QtCore.pyqtSignal()

    def __getattr__(self, name):
        return StandIn(name)


class QgsHighlight(StandIn):
    pass


class QgsRubberBand(StandIn):
    pass


class QgsMapCanvasItem(StandIn):
    pass


class QgsMapTool(QtCore.QObject):
    deactivated = QtCore.pyqtSignal()

    def __init__(self, canvas):
        super().__init__()

    def __getattr__(self, name):
        return StandIn(name)


class QgsGui(StandIn):
    pass


class QgsColorButton(QtWidgets.QToolButton):
    colorChanged = QtCore.pyqtSignal(object)

    def __getattr__(self, name):
        return StandIn(name)


class QgsFieldComboBox(QtWidgets.QComboBox):
    fieldChanged = QtCore.pyqtSignal(str)

    def currentField(self):
        return ""

    def __getattr__(self, name):
        return StandIn(name)


class QgsMapToolEmitPoint(QtCore.QObject):
    canvasClicked = QtCore.pyqtSignal(object, object)

    def __init__(self, canvas):
        super().__init__()

    def __getattr__(self, name):
        return StandIn(name)
