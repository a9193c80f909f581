"""The plugin comes and goes without a trace."""

import gc

import orthoscribe
import pytest
from orthoscribe.plugin.plugin import OrthoscribePlugin
from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsMapCanvas, QgsMessageBar
from qgis.PyQt.QtCore import QCoreApplication, QEvent, QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QMainWindow, QMenu, QToolBar


class Window(QMainWindow):
    """As much of QGIS's window as the plugin asks for, made of real widgets."""

    currentLayerChanged = pyqtSignal(object)  # noqa: N815 (QGIS's name)

    def __init__(self):
        super().__init__()
        self._canvas = QgsMapCanvas(self)
        self._bar = QgsMessageBar(self)
        self._tools = QToolBar(self)
        self._menu = QMenu(self)
        self._plugins_menu = QMenu(self)

    def mainWindow(self):
        return self

    def mapCanvas(self):
        return self._canvas

    def messageBar(self):
        return self._bar

    def activeLayer(self):
        return None

    def addToolBarIcon(self, action):
        self._tools.addAction(action)

    def removeToolBarIcon(self, action):
        self._tools.removeAction(action)

    def addPluginToMenu(self, _name, action):
        self._plugins_menu.addAction(action)

    def removePluginMenu(self, _name, action):
        self._plugins_menu.removeAction(action)

    def addPluginToRasterMenu(self, _name, action):
        self._menu.addAction(action)

    def removePluginRasterMenu(self, _name, action):
        self._menu.removeAction(action)


@pytest.fixture
def window(qgis_app, qgis_new_project, monkeypatch, tmp_path):
    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    made = Window()
    yield made
    made.deleteLater()


def settle():
    """Let Qt delete what waits to be deleted."""
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()


def provider():
    return QgsApplication.processingRegistry().providerById("orthoscribe")


def objects_below(*roots):
    return {type(root).__name__: len(root.findChildren(QObject)) for root in roots}


def test_class_factory_gives_the_plugin():
    assert isinstance(orthoscribe.classFactory(None), OrthoscribePlugin)


def test_making_the_plugin_registers_nothing(window):
    OrthoscribePlugin(window)
    assert provider() is None


def test_processing_alone_needs_no_window():
    plugin = OrthoscribePlugin(None)
    plugin.initProcessing()
    names = {each.name() for each in provider().algorithms()}
    assert names == {
        "label", "vectorize", "changes", "finetune", "train", "evaluate", "compare", "makescene",
        "status",
    }  # fmt: skip
    plugin.unload()
    assert provider() is None


def test_window_and_processing_register_one_provider(window):
    plugin = OrthoscribePlugin(window)
    plugin.initProcessing()
    plugin.initGui()
    ours = [p for p in QgsApplication.processingRegistry().providers() if p.id() == "orthoscribe"]
    assert len(ours) == 1
    plugin.unload()


def test_action_shows_and_hides_the_dock(window):
    plugin = OrthoscribePlugin(window)
    plugin.initGui()
    window.show()
    (action,) = [a for a in window.findChildren(QObject) if a.objectName() == "OrthoscribeAction"]
    dock = window.findChild(QObject, "OrthoscribeDock")
    shown = dock.isVisible()
    action.trigger()
    assert dock.isVisible() is not shown
    action.trigger()
    assert dock.isVisible() is shown
    plugin.unload()


def test_loading_twenty_times_leaves_nothing_behind(window):
    roots = (window, QgsProject.instance(), QgsApplication.taskManager(), QgsApplication.instance())
    counts = []
    for _ in range(20):
        plugin = OrthoscribePlugin(window)
        plugin.initProcessing()
        plugin.initGui()
        plugin.unload()
        plugin.unload()
        settle()
        counts.append(objects_below(*roots))
    assert counts[1:] == [counts[0]] * 19
    assert provider() is None
    assert window.findChild(QObject, "OrthoscribeDock") is None


def test_a_step_that_cannot_be_undone_does_not_stop_the_others(window):
    def fail(_action):
        raise RuntimeError("the toolbar is gone")

    plugin = OrthoscribePlugin(window)
    plugin.initGui()
    window.removeToolBarIcon = fail
    plugin.unload()
    settle()
    assert provider() is None
    assert window.findChild(QObject, "OrthoscribeDock") is None
