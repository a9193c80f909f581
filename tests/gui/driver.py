# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside QGIS (`qgis --code driver.py`): plays one scenario as a user would.

The environment says which scenario, and the folder for screenshots and for `facts.json`, in which
the scenario writes down what it saw; the test outside asserts. A scenario is a generator: what it
yields is waited for while QGIS goes on living.
"""

import contextlib
import json
import os
import shutil
import sys
import time
import traceback
from functools import partial
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsProcessingContext,
    QgsProcessingModelAlgorithm,
    QgsProject,
)
from qgis.PyQt.QtCore import QObject, QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QMessageBox,
    QTextBrowser,
    QWidget,
)
from qgis.utils import iface, loadPlugin, plugins, startPlugin, unloadPlugin

SHOTS = Path(os.environ["ORTHOSCRIBE_SHOTS"])
TIMEOUT_S = float(os.environ.get("ORTHOSCRIBE_TIMEOUT_S", "150"))
TICK_MS = 50


class Stage:
    """The window, the dock in it, and a notebook."""

    def __init__(self):
        self.window = iface.mainWindow()
        self.facts = {}

    @property
    def dock(self):
        return self.window.findChild(QWidget, "OrthoscribeDock")

    def child(self, name, kind=QObject):
        return self.dock.findChild(kind, f"orthoscribe_{name}")

    def is_shown(self, name):
        return self.child(name).isVisible()

    def can_press(self, name):
        return self.is_shown(name) and self.child(name).isEnabled()

    def press(self, name):
        button = self.child(name)
        QTest.mouseClick(
            button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(8, 8)
        )

    def shoot(self, name):
        QApplication.processEvents()
        self.window.grab().save(str(SHOTS / f"{name}.png"))
        self.dock.grab().save(str(SHOTS / f"{name}_dock.png"))

    def note(self, **facts):
        self.facts.update(facts)
        (SHOTS / "facts.json").write_text(json.dumps(self.facts, indent=2))

    def make_room(self):
        """Close the browser, and give the names of layers and bands some width."""
        self.window.findChild(QDockWidget, "Browser").close()
        layers = self.window.findChild(QDockWidget, "Layers")
        docks, widths = [layers, self.dock], [310, 360]
        self.window.resizeDocks(docks, widths, Qt.Orientation.Horizontal)

    def map_is_still(self):
        return not iface.mapCanvas().isDrawing()


def engines():
    """Return the ids of the engines that are our children and alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
            command = (stat.parent / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z" and "engine serve" in command:
            found.append(int(stat.parent.name))
    return found


def pause(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def show_dock(stage):
    """Show the dock in a window as large as a small screen."""
    stage.window.showNormal()
    stage.window.resize(1366, 768)
    stage.make_room()
    iface.messageBar().clearWidgets()
    stage.dock.show()
    yield stage.dock.isVisible
    yield pause(0.5)


def open_with_demo(stage):
    """Open the dock by its action, make the demo scene, and wait until Run may be pressed."""
    stage.window.showNormal()
    stage.window.resize(1366, 768)
    stage.make_room()
    iface.messageBar().clearWidgets()
    iface.newProject()
    stage.note(plugins=sorted(plugins), dock_hidden_at_first=not stage.dock.isVisible())
    action = stage.window.findChild(QObject, "OrthoscribeAction")
    if not stage.dock.isVisible():
        action.trigger()
    yield stage.dock.isVisible
    yield pause(0.5)
    stage.shoot("1_open")
    stage.note(steps_at_first=stage.child("steps").text())
    stage.press("demo")
    yield lambda: stage.can_press("run")
    yield lambda: bool(stage.child("ndvi").text())
    yield pause(0.5)
    yield stage.map_is_still
    stage.shoot("2_demo")


def label(stage):
    """From demo data to styled results."""
    yield from open_with_demo(stage)
    stage.press("run")
    yield lambda: stage.child("progress").value() > 5 or stage.is_shown("run")
    stage.shoot("3_running")
    yield lambda: stage.is_shown("run")
    yield pause(1.0)
    yield stage.map_is_still
    yield pause(0.5)
    iface.messageBar().clearWidgets()
    stage.shoot("4_result")
    root = QgsProject.instance().layerTreeRoot()
    stage.note(
        message=stage.child("message").text(),
        groups=[group.name() for group in root.findGroups()],
        layers=[node.name() for group in root.findGroups() for node in group.findLayers()],
        classes=class_labels(),
        counts={
            name: layer.featureCount()
            for name in ("Buildings", "Roads", "Cars")
            for layer in QgsProject.instance().mapLayersByName(name)
        },
    )
    show_classes_alone()
    yield pause(0.5)
    yield stage.map_is_still
    iface.mapCanvas().grab().save(str(SHOTS / "5_classes.png"))


def results(stage):
    """What a run leaves: map, legend, table, confidence, and the review of the worst."""
    yield from open_with_demo(stage)
    stage.press("run")
    yield lambda: stage.is_shown("run")
    iface.messageBar().clearWidgets()
    yield pause(1.0)
    yield stage.map_is_still
    stage.shoot("a_result")
    (buildings,) = QgsProject.instance().mapLayersByName("Buildings")
    iface.setActiveLayer(buildings)
    table = iface.showAttributeTable(buildings)
    yield pause(1.0)
    table.window().resize(1300, 400)
    yield pause(0.5)
    table.window().grab().save(str(SHOTS / "b_table.png"))
    table.window().close()
    buildings.styleManager().setCurrentStyle("Confidence")
    iface.mapCanvas().refresh()
    yield pause(0.5)
    yield stage.map_is_still
    stage.shoot("c_confidence")
    feature = next(buildings.getFeatures())
    stage.note(tip=tip_of(buildings, feature), styles=buildings.styleManager().styles())
    yield from review(stage)


def polygons(stage):
    """The tab Polygons after a run: the preview by each method, filter, colors, the whole."""
    yield from open_with_demo(stage)
    stage.child("show_confidence").setChecked(True)
    yield lambda: stage.can_press("run")
    stage.press("run")
    yield lambda: stage.is_shown("run")
    iface.messageBar().clearWidgets()
    hide_results()
    stage.child("tabs").setCurrentIndex(1)
    yield pause(1.0)
    stage.shoot("a_before")
    stage.child("preview_polygons").setChecked(True)
    drawn_s = {}
    for number, method in enumerate(("regularized", "simplified", "pixels", "regularized")):
        box = stage.child("outlines")
        box.setCurrentIndex(box.findData(method))
        if number != 0:
            yield lambda: "Drawing" in stage.child("polygons_text").text()
        yield lambda: "Drawn in" in stage.child("polygons_text").text()
        drawn_s[f"{method} {number}"] = float(stage.child("polygons_text").text().split()[2])
        yield stage.map_is_still
        yield pause(0.3)
        stage.shoot(f"b_{method}")
    stage.child("color_status").setChecked(True)
    stage.child("confidence_filter").setValue(85)
    yield pause(0.5)
    yield stage.map_is_still
    stage.shoot("c_status")
    layers = QgsProject.instance().mapLayersByName("Buildings")
    stage.note(
        drawn_s=drawn_s,
        load=os.getloadavg()[0],
        view_mpx=shown_px() / 1e6,
        groups=[group.name() for group in QgsProject.instance().layerTreeRoot().findGroups()],
        least=[
            min((each["confidence"] for each in layer.getFeatures()), default=100)
            for layer in layers
        ],
    )
    stage.press("vectorize")
    yield lambda: not stage.is_shown("run")
    yield lambda: stage.is_shown("run")
    yield pause(1.0)
    stage.note(message=stage.child("message").text())
    stage.shoot("d_whole")


def hide_results():
    for node in QgsProject.instance().layerTreeRoot().findGroups():
        node.setItemVisibilityChecked(False)


def shown_px():
    """Return the number of pixels of the image in the view."""
    (image,) = QgsProject.instance().mapLayersByName("Demo image")
    part = iface.mapCanvas().extent().intersect(image.extent())
    return part.area() / (image.rasterUnitsPerPixelX() * image.rasterUnitsPerPixelY())


def review(stage):
    """Step through the least certain features."""
    stage.press("review_least_certain")
    steps = []
    for number in range(3):
        yield pause(0.5)
        yield stage.map_is_still
        stage.shoot(f"d_review_{number}")
        steps.append([stage.child(f"review_{name}").text() for name in ("count", "feature")])
        stage.press("review_next")
    stage.note(steps=steps)
    stage.press("review_close")


def tip_of(layer, feature):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


def bare(stage):
    """There is no engine yet."""
    iface.newProject()
    stage.window.resize(1366, 768)
    stage.make_room()
    stage.dock.show()
    yield pause(1.0)
    stage.note(
        engine_word=stage.child("engine_state").text(),
        engine_text=stage.child("engine_text").text(),
        can_run=stage.can_press("run"),
        can_try_demo=stage.can_press("demo"),
        can_set_up=stage.can_press("setup"),
    )
    stage.shoot("0_bare")


def models(stage):
    """A model that is added while QGIS is open is listed, also at night."""
    iface.newProject()
    stage.window.resize(1366, 768)
    stage.make_room()
    stage.dock.show()
    yield stage.dock.isVisible
    box = stage.child("model")
    stage.note(at_first=[box.itemText(index) for index in range(box.count())])
    bundled = Path(sys.modules["orthoscribe"].__file__).parent / "resources" / "models" / "light"
    shutil.copytree(bundled, Path(os.environ["ORTHOSCRIBE_HOME"]) / "models" / "town")
    yield lambda: box.findData("town") >= 0
    for theme in ("default", "Night Mapping"):
        QgsApplication.setUITheme(theme)
        yield pause(0.5)
        stage.press("all_models")
        yield lambda: bool(stage.dock.findChild(QWidget, "orthoscribe_models_dialog"))
        dialog = stage.dock.findChild(QWidget, "orthoscribe_models_dialog")
        yield pause(0.5)
        dialog.grab().save(str(SHOTS / f"models_{theme[:5]}.png"))
        dialog.findChild(QWidget, "orthoscribe_models_architectures").click()
        yield pause(0.5)
        listing = dialog.findChild(QWidget, "orthoscribe_architectures")
        listing.grab().save(str(SHOTS / f"architectures_{theme[:5]}.png"))
        stage.note(size=[listing.width(), listing.height()])
        listing.reject()
        dialog.reject()
        yield lambda: not stage.dock.findChild(QWidget, "orthoscribe_models_dialog")


def cancel(stage):
    """Cancel in the middle of the work."""
    yield from open_with_demo(stage)
    output = SHOTS / "output"
    stage.child("output").setFilePath(str(output))
    yield pause(0.3)
    stage.press("run")
    yield lambda: stage.child("progress").value() > 5
    running = engines()
    began = time.monotonic()
    stage.press("cancel")
    yield lambda: stage.is_shown("run")
    stage.note(engines=len(running), canceled_s=time.monotonic() - began)
    stage.note(message=stage.child("message").text())
    stage.note(left=sorted(str(path.relative_to(output)) for path in output.rglob("*")))
    stage.shoot("6_canceled")


def kill(stage):
    """The engine is killed from outside."""
    yield from open_with_demo(stage)
    stage.press("run")
    yield lambda: stage.child("progress").value() > 5
    os.kill(engines()[0], 9)
    yield lambda: stage.is_shown("run")
    stage.note(message=stage.child("message").text(), can_retry=stage.can_press("run"))
    stage.shoot("7_killed")


def leave(stage):
    """QGIS is closed while the engine works; it asks, and the user insists."""
    yield from open_with_demo(stage)
    stage.press("run")
    yield lambda: stage.child("progress").value() > 5
    stage.note(engine=engines()[0])
    QgsProject.instance().clear()  # or QGIS 3.40 crashes when it quits with layers loaded
    insist = QTimer(stage.window)
    insist.timeout.connect(press_yes)
    insist.start(100)
    iface.actionExit().trigger()
    # QGIS cancels its tasks first, and wants to be asked again.
    yield lambda: stage.is_shown("run") or not engines()
    iface.actionExit().trigger()


def die(stage):
    """QGIS itself is killed while the engine works."""
    yield from open_with_demo(stage)
    stage.press("run")
    yield lambda: stage.child("progress").value() > 5
    stage.note(engine=engines()[0], killed_at_s=time.time())
    os.kill(os.getpid(), 9)


def unplug(stage):
    """The plugin is unloaded while the engine works, then loaded again."""
    yield from open_with_demo(stage)
    stage.press("run")
    yield lambda: stage.child("progress").value() > 5
    began = time.monotonic()
    unloadPlugin("orthoscribe")
    stage.note(unload_s=time.monotonic() - began, engines=engines())
    yield pause(0.5)
    stage.note(docks=len(stage.window.findChildren(QWidget, "OrthoscribeDock")))
    loadPlugin("orthoscribe")
    startPlugin("orthoscribe")
    stage.dock.show()
    yield lambda: stage.can_press("run")
    stage.shoot("8_again")


def states(stage):
    """Every state of the dock beside the Toolbox, in the dark, and in large letters."""
    yield from states_before_a_run(stage)
    yield from states_of_a_run(stage)
    yield from states_in_large_letters_and_at_night(stage)


def states_before_a_run(stage):
    stage.window.showNormal()
    stage.window.resize(1366, 768)
    stage.make_room()
    beside_the_toolbox(stage)
    stage.dock.show()
    yield pause(1.0)
    stage.shoot("1_empty")
    stage.note(reds_at_first="✕" in visible_text(stage))
    yield from open_with_demo(stage)
    stage.shoot("2_ready")
    stage.note(ready=stage.child("card").text())
    stage.press("engine_state")
    yield pause(0.3)
    stage.shoot("3_engine")
    stage.press("engine_state")
    stage.child("dsm_layer").setLayer(None)
    yield pause(0.6)
    stage.shoot("4_problem")
    stage.note(mended_by=stage.child("use_model").text(), offers=stage.is_shown("use_model"))
    stage.press("use_model")
    yield pause(0.6)
    stage.shoot("5_doubts")


def states_of_a_run(stage):
    choose_demo_heights(stage)
    yield lambda: stage.can_press("preview_view")
    stage.press("preview_view")
    yield lambda: stage.child("progress").value() > 5
    stage.shoot("6_running")
    stage.press("cancel")
    yield lambda: stage.is_shown("run")
    yield pause(0.5)
    stage.note(bar=[item.title() for item in iface.messageBar().items()])
    stage.shoot("7_canceled")
    stage.press("run")
    yield lambda: stage.child("progress").value() > 5
    os.kill(engines()[0], 9)
    yield lambda: stage.is_shown("run")
    yield pause(0.5)
    stage.shoot("8_failed")
    iface.messageBar().clearWidgets()
    stage.press("preview_view")
    yield lambda: stage.is_shown("run")
    yield pause(1.0)
    yield stage.map_is_still
    root = QgsProject.instance().layerTreeRoot()
    stage.note(summary=stage.child("summary").text(), shares=stage.is_shown("summary"))
    stage.note(preview=[group.name() for group in root.findGroups()])
    stage.note(height_beside_toolbox=stage.window.height())
    stage.shoot("9_done")


def states_in_large_letters_and_at_night(stage):
    application = QApplication.instance()
    style = application.styleSheet()
    application.setStyleSheet(style + "* { font-size: 20pt; }")
    yield pause(1.0)
    stage.shoot("a_large_done")
    stage.child("dsm_layer").setLayer(None)
    choose_model(stage, "default")
    yield pause(0.6)
    stage.shoot("b_large_problem")
    stage.note(height_in_large_letters=stage.window.height())
    application.setStyleSheet(style)
    QgsApplication.setUITheme("Night Mapping")
    stage.window.resize(1920, 1080)
    yield pause(1.0)
    stage.shoot("c_night_problem")
    choose_demo_heights(stage)
    yield lambda: stage.can_press("preview_view")
    stage.press("preview_view")
    yield lambda: stage.is_shown("run")
    yield pause(1.0)
    yield stage.map_is_still
    stage.shoot("d_night_done")
    stage.note(estimate=stage.child("card").text())
    iface.newProject()
    yield pause(1.0)
    stage.shoot("e_night_empty")


def choose_model(stage, name):
    box = stage.child("model")
    box.setCurrentIndex(box.findData(name))


def beside_the_toolbox(stage):
    toolbox = stage.window.findChild(QDockWidget, "ProcessingToolbox")
    toolbox.show()
    stage.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, toolbox)
    stage.window.splitDockWidget(toolbox, stage.dock, Qt.Orientation.Vertical)


def choose_demo_heights(stage):
    (layer,) = QgsProject.instance().mapLayersByName("Demo DSM")
    stage.child("dsm_layer").setLayer(layer)


def visible_text(stage):
    labels = stage.dock.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


def again(stage):
    """Label the same view twice and note the times: without an engine, then with the kept one."""
    yield from open_with_demo(stage)
    output = SHOTS / "output"
    stage.child("output").setFilePath(str(output))
    yield pause(0.3)
    for pid in engines():  # that of the demo scene
        os.kill(pid, 9)
    yield lambda: not engines()
    runs = []
    for _ in range(2):
        known = set(output.rglob("report.json"))
        with noted_events() as events:
            began = time.monotonic()
            stage.press("run")
            yield lambda: not stage.is_shown("run")
            yield lambda: stage.is_shown("run")
            taken_s = time.monotonic() - began
        (report,) = set(output.rglob("report.json")) - known
        runs.append(
            {
                "engines": engines(),
                "first_label_s": next(at for at, name in events if name == "Labeling") - began,
                "ended_s": taken_s,
                "network_s": json.loads(report.read_text())["seconds"]["label"],
            }
        )
        yield pause(1.0)
    stage.note(runs=runs)


@contextlib.contextmanager
def noted_events():
    """Yield a list that receives the time and the stage of each progress event."""
    from orthoscribe.plugin.engine_client.task import EngineTask

    receive, events = EngineTask._receive, []

    def note(task, event):
        events.append((time.monotonic(), getattr(event, "stage", "")))
        receive(task, event)

    EngineTask._receive = note
    try:
        yield events
    finally:
        EngineTask._receive = receive


def batch(stage):
    """Two rows of the batch dialog, all cells blank but image, heights, model and folder."""
    yield from open_with_demo(stage)
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("orthoscribe:label")
    dialog = BatchAlgorithmDialog(algorithm, stage.window)
    dialog.show()
    panel, context = dialog.mainWidget(), QgsProcessingContext()
    panel.btnAdd.click()
    inputs = {"IMAGE": "Demo image", "DSM": "Demo DSM"}
    for row in (0, 1):
        for key, name in inputs.items():
            (layer,) = QgsProject.instance().mapLayersByName(name)
            wrapper = panel.wrappers[row][panel.parameter_to_column[key]]
            wrapper.setParameterValue(layer.id(), context)
        wrapper = panel.wrappers[row][panel.parameter_to_column["MODEL"]]
        wrapper.setParameterValue("light", context)
        cell = panel.tblParameters.cellWidget(row + 1, panel.parameter_to_column["OUTPUT"])
        cell.setValue(str(SHOTS / f"row{row + 1}"))
    yield pause(0.5)
    QTest.mouseClick(dialog.runButton(), Qt.MouseButton.LeftButton)
    log = dialog.findChild(QTextBrowser, "txtLog")
    yield lambda: "Batch execution completed" in log.toPlainText()
    yield pause(0.5)
    dialog.grab().save(str(SHOTS / "9_batch.png"))
    stage.note(
        log=log.toPlainText(),
        rows=[sorted(path.name for path in (SHOTS / f"row{n}").glob("*.*")) for n in (1, 2)],
        layers=sorted(layer.name() for layer in QgsProject.instance().mapLayers().values()),
    )
    dialog.close()


def toolbox(stage):
    """The dialogs of the toolbox, a run with all defaults, and a step in the model designer."""
    yield from open_with_demo(stage)
    from processing.gui.AlgorithmDialog import AlgorithmDialog
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    def tool(name):
        return QgsApplication.processingRegistry().createAlgorithmById(f"orthoscribe:{name}")

    for name in ("label", "train", "compare", "evaluate"):
        dialog = AlgorithmDialog(tool(name), False, stage.window)
        dialog.resize(900, 800)
        dialog.show()
        yield pause(0.5)
        dialog.grab().save(str(SHOTS / f"dialog_{name}.png"))
        if name != "label":
            dialog.close()
            continue
        panel, context = dialog.mainWidget(), QgsProcessingContext()
        for key, layer in {"IMAGE": "Demo image", "DSM": "Demo DSM"}.items():
            (found,) = QgsProject.instance().mapLayersByName(layer)
            panel.wrappers[key].setParameterValue(found.id(), context)
        model = panel.wrappers["MODEL"].widget.findChild(QComboBox)
        model.setCurrentIndex(model.findData("light"))
        QTest.mouseClick(dialog.runButton(), Qt.MouseButton.LeftButton)
        log = dialog.findChild(QTextBrowser, "txtLog")
        yield lambda log=log: "Results:" in log.toPlainText() or "failed" in log.toPlainText()
        yield pause(1.0)
        dialog.grab().save(str(SHOTS / "log_label.png"))
        stage.note(
            log=log.toPlainText(),
            layers=sorted(layer.name() for layer in QgsProject.instance().mapLayers().values()),
        )
        dialog.close()
    model = QgsProcessingModelAlgorithm("m", "g")
    step = ModelerParametersDialog(tool("label"), model)
    step.resize(900, 800)
    step.show()
    yield pause(0.5)
    step.grab().save(str(SHOTS / "designer_label.png"))
    child = step.createAlgorithm()
    stage.note(designed=child.parameterSources()["MODEL"][0].staticValue())
    step.close()


def press_yes():
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        for button in box.buttons():
            if box.buttonRole(button) in (
                QMessageBox.ButtonRole.YesRole,
                QMessageBox.ButtonRole.DestructiveRole,
            ):
                button.click()


def class_labels():
    (layer,) = QgsProject.instance().mapLayersByName("Land cover")
    return [
        [each.label, each.color.name()]
        for each in layer.renderer().classes()
        if hasattr(each, "label")
    ]


def show_classes_alone():
    for node in QgsProject.instance().layerTreeRoot().findLayers():
        node.setItemVisibilityChecked(node.name() == "Land cover")
    (layer,) = QgsProject.instance().mapLayersByName("Land cover")
    layer.renderer().setOpacity(1.0)  # so that the colors are those of the legend
    layer.triggerRepaint()


class Blocking:
    """Longest time in ms that the window did not answer, by a timer."""

    INTERVAL_MS = 20

    def __init__(self, parent):
        self.longest_ms = 0
        self._last_s = time.monotonic()
        self._timer = QTimer(parent)
        self._timer.timeout.connect(self._tick)
        self._timer.start(self.INTERVAL_MS)

    def _tick(self):
        now_s = time.monotonic()
        late_ms = 1000 * (now_s - self._last_s) - self.INTERVAL_MS
        self.longest_ms = max(self.longest_ms, round(late_ms))
        self._last_s = now_s

    def restart(self):
        """Return the longest time so far, and forget it."""
        longest_ms, self.longest_ms, self._last_s = self.longest_ms, 0, time.monotonic()
        return longest_ms


def shoot_screen(stage, name):
    """Save a picture of QGIS's window with the windows above it."""
    QApplication.processEvents()
    frame = stage.window.frameGeometry()
    screen = QApplication.primaryScreen()
    picture = screen.grabWindow(0, frame.x(), frame.y(), frame.width(), frame.height())
    picture.save(str(SHOTS / f"{name}.png"))


def click_map(x, y, button=Qt.MouseButton.LeftButton):
    """Click the map at fractions of its width and height."""
    view = iface.mapCanvas().viewport()
    point = QPoint(round(x * view.width()), round(y * view.height()))
    QTest.mouseMove(view, point)
    QTest.mouseClick(view, button, Qt.KeyboardModifier.NoModifier, point)


def draw_square(x, y, size):
    for corner in ((x, y), (x + size, y), (x + size, y + size), (x, y + size)):
        click_map(*corner)
    click_map(x, y, Qt.MouseButton.RightButton)


def press_in(wizard, name):
    QTest.mouseClick(
        wizard.findChild(QObject, f"orthoscribe_wizard_{name}"),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(8, 8),
    )


def corrections():
    (layer,) = QgsProject.instance().mapLayersByName("Corrections")
    return layer


def draw_three(stage):
    """Draw a building and two trees; the keys choose their classes."""
    for number, (key, x, y) in enumerate(
        ((Qt.Key.Key_2, 0.1, 0.1), (Qt.Key.Key_4, 0.1, 0.3), (Qt.Key.Key_4, 0.12, 0.32))
    ):
        stage.window.activateWindow()
        QTest.keyClick(iface.mapCanvas(), key)
        yield pause(0.2)
        draw_square(x, y, 0.06)
        yield lambda n=number: corrections().featureCount() == n + 1


def correct(stage):
    """From a map to drawn corrections in the wizard, by day and by night."""
    yield from open_with_demo(stage)
    stage.press("run")
    yield lambda: stage.is_shown("improve_map")
    yield stage.map_is_still
    stage.press("improve_map")
    wizard = stage.window.findChild(QWidget, "orthoscribe_wizard")
    yield pause(0.5)
    blocking, blocked_ms = Blocking(stage.window), {}
    press = partial(press_in, wizard)
    shoot_screen(stage, "1_area")
    blocking.restart()
    press("next")
    yield pause(0.3)
    blocked_ms["next"] = blocking.restart()
    shoot_screen(stage, "2_before_drawing")
    blocking.restart()
    press("start_drawing")
    yield pause(0.5)
    yield stage.map_is_still
    blocked_ms["start"] = blocking.restart()
    yield from draw_three(stage)
    yield pause(0.5)
    blocked_ms["draw"] = blocking.restart()
    stage.note(drawn=sorted(each["class"] for each in corrections().getFeatures()))
    shoot_screen(stage, "3_drawn")
    blocking.restart()
    press("pick")
    yield pause(0.2)
    click_map(0.35, 0.5)
    yield lambda: corrections().featureCount() > 3
    yield pause(0.5)
    blocked_ms["pick"] = blocking.restart()
    shoot_screen(stage, "4_picked")
    stage.note(picked=wizard.findChild(QLabel, "orthoscribe_wizard_message").text())
    blocking.restart()
    press("next_spot")
    yield pause(0.5)
    yield stage.map_is_still
    blocked_ms["spot"] = blocking.restart()
    press("save")
    yield pause(0.5)
    blocked_ms["save"] = blocking.restart()
    shoot_screen(stage, "5_saved")
    stage.note(
        blocked_ms=blocked_ms,
        message=wizard.findChild(QLabel, "orthoscribe_wizard_message").text(),
        unsaved=corrections().isModified(),
    )
    QApplication.instance().setStyleSheet("")
    QgsApplication.setUITheme("Night Mapping")
    yield pause(0.5)
    shoot_screen(stage, "6_night")
    press("back")
    yield pause(0.3)
    shoot_screen(stage, "7_night_area")
    wizard.close()
    yield pause(0.3)
    stage.note(wizard_left=stage.window.findChild(QWidget, "orthoscribe_wizard") is not None)
    corrections().rollBack()


class Player:
    """Goes on with a scenario whenever what it waits for is so; leaves QGIS at its end."""

    STAGE = Stage

    def __init__(self, scenario):
        self._stage = self.STAGE()
        self._steps = scenario(self._stage)
        self._question = lambda: True
        self._deadline_s = time.monotonic() + TIMEOUT_S
        self._timer = QTimer(self._stage.window)
        self._timer.timeout.connect(self.go_on)
        self._timer.start(TICK_MS)

    def go_on(self):
        self._timer.stop()
        try:
            self.mind_the_time()
            if self._question():
                self._question = next(self._steps)
        except StopIteration:
            self.leave()
        except Exception:
            self._stage.note(error=traceback.format_exc())
            self.leave()
        else:
            self._timer.start(TICK_MS)

    def mind_the_time(self):
        if time.monotonic() > self._deadline_s:
            self._stage.shoot("stuck")
            raise TimeoutError("".join(traceback.format_stack(self._steps.gi_frame)))

    def leave(self):
        QgsProject.instance().clear()
        QTimer.singleShot(200, self.quit)

    def quit(self):
        # QGIS 3.40 crashes, also without plugins, if the application quits with layers loaded: its
        # project removes them after the layer tree is gone. Its menu removes them before. A task
        # that has ended meanwhile may have added some again.
        QgsProject.instance().clear()
        QApplication.quit()


SCENARIO = globals().get(os.environ["ORTHOSCRIBE_SCENARIO"])  # None: of another file
PLAYER = Player(SCENARIO) if SCENARIO else None
