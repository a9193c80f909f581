# SPDX-License-Identifier: GPL-2.0-or-later
"""Every module of the plugin is imported, and its widgets are built, on PyQt6.

It covers all names and enums of Qt in the source, the layout and first state of each widget, and
signals and overrides that are connected then. It does not cover `qgis.core`, Processing, and what
only a user's actions reach: QGIS 4 itself was not run.
"""

import ast
import importlib
import inspect
from pathlib import Path

import pytest
from PyQt6 import QtCore, QtGui, QtWidgets

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    ".".join(("orthoscribe", *path.relative_to(ROOT).with_suffix("").parts))
    for path in (ROOT / "plugin").rglob("*.py")
    if path.name != "__init__.py"
)


@pytest.mark.parametrize("name", MODULES)
def test_module_is_imported(name):
    importlib.import_module(name)


class Window(QtCore.QObject):
    currentLayerChanged = QtCore.pyqtSignal(object)  # noqa: N815

    def __init__(self):
        from qgis.gui import QgsMapCanvas

        super().__init__()
        self._canvas = QgsMapCanvas()
        self._main = QtWidgets.QMainWindow()

    def mapCanvas(self):
        return self._canvas

    def activeLayer(self):
        return None

    def mainWindow(self):
        return self._main


def own_widgets():
    """Return the widget classes that the plugin defines."""
    found = set()
    for name in MODULES:
        module = importlib.import_module(name)
        for _, each in inspect.getmembers(module, inspect.isclass):
            if each.__module__ == name and issubclass(each, QtWidgets.QWidget):
                found.add(each)
    return found


@pytest.fixture
def dock(tmp_path, monkeypatch):
    from orthoscribe.plugin.dock.dock import OrthoscribeDock

    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    window = Window()
    dock = OrthoscribeDock(window)
    yield dock
    dock.teardown()


def test_dock_is_built_and_drawn(dock):
    dock.resize(420, 900)
    dock.show()
    assert not dock.grab().isNull()
    names = {each.objectName() for each in dock.findChildren(QtWidgets.QWidget)}
    assert {"orthoscribe_run", "orthoscribe_engine", "orthoscribe_image"} <= names


@pytest.fixture
def wizard(tmp_path, monkeypatch):
    from orthoscribe.plugin.wizard.control import WizardControl

    monkeypatch.setenv("ORTHOSCRIBE_HOME", str(tmp_path))
    window = Window()
    control = WizardControl(window, lambda *_: None)
    yield control.open()
    control.teardown()


def test_wizard_is_built_and_drawn(wizard):
    assert not wizard.grab().isNull()
    assert wizard.objectName() == "orthoscribe_wizard"


def test_swipe_is_painted():
    from orthoscribe.plugin.wizard.swipe_item import SwipeItem
    from qgis.gui import QgsMapCanvas

    canvas = QgsMapCanvas()
    canvas.viewport().resize(200, 100)
    item = SwipeItem(canvas)
    picture = QtGui.QImage(200, 100, QtGui.QImage.Format.Format_RGB32)
    picture.fill(QtGui.QColor(0, 120, 0))
    painter = QtGui.QPainter(picture)
    item.paint(painter)
    painter.end()
    line = picture.pixelColor(round(item.line_px), 10)
    assert line.getRgb()[:3] == (255, 255, 255)
    assert picture.pixelColor(10, 10) == QtGui.QColor(0, 120, 0)


def dialogs(dock):
    """Return the dialogs, which a user opens."""
    from orthoscribe.plugin.dock.architectures_dialog import ArchitecturesDialog
    from orthoscribe.plugin.dock.models_dialog import (
        ModelsDialog,
        installed_cards,
        offered_by_paper,
    )

    models = ModelsDialog("default", dock)
    return [models, ArchitecturesDialog(offered_by_paper(installed_cards()), models)]


def test_every_widget_of_the_plugin_is_built_and_drawn(dock, wizard):
    for dialog in dialogs(dock):
        assert not dialog.grab().isNull()
    windows = (dock, wizard)
    built = {type(each) for top in windows for each in top.findChildren(QtWidgets.QWidget)}
    built |= {base for each in (*built, type(dock), type(wizard)) for base in each.__mro__}
    assert own_widgets() - built == set()


def wrappers():
    """Return the widgets of parameters, and what they are made with."""
    from orthoscribe.plugin.choices import TitledChoice
    from orthoscribe.plugin.parameter_widgets import choices, fields, names, numbers

    titled = [TitledChoice("default", "Default")]
    return [
        (choices.ChoiceWrapper, {"choices": titled, "is_open": True}),
        (choices.ChoiceWrapper, {"choices": titled, "is_open": False}),
        (fields.FieldWrapper, {"parent": "LABELS"}),
        (names.NamesWrapper, {"choices_of": next(iter(names.LISTS))}),
        (numbers.NumberWrapper, {"special": "automatic"}),
    ]


def test_widgets_of_parameters_are_built():
    for wrapper, values in wrappers():
        widget = wrapper().createWidget(**values)
        assert isinstance(widget, QtWidgets.QWidget)
        assert not widget.grab().isNull()


def names_of_qt(module):
    """Yield the dotted names from `qgis.PyQt` in the source of a module."""
    tree = ast.parse(Path(inspect.getsourcefile(module)).read_text())
    imported = {
        alias.asname or alias.name: (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt.")
        for alias in node.names
    }
    for node in ast.walk(tree):
        words, place = [], node
        while isinstance(place, ast.Attribute):
            words.insert(0, place.attr)
            place = place.value
        if words and isinstance(place, ast.Name) and place.id in imported:
            yield (*imported[place.id], *words)


def test_every_name_of_qt_exists():
    found = {name for each in MODULES for name in names_of_qt(importlib.import_module(each))}
    assert len(found) > 80
    missing = set()
    for package, name, *words in found:
        value = getattr(importlib.import_module(package), name, None)
        for word in words:
            value = getattr(value, word, None)
        if value is None and name != "QVariant":  # of Qt 5 alone; see plugin/compat.py
            missing.add(".".join((package, name, *words)))
    assert missing == set()
