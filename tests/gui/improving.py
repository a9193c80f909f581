# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs inside QGIS (`qgis --code improving.py`): from a wrong map to a better model.

As in `driver.py`, of which it uses the stage and the player. A heartbeat notes how long the window
does not answer.
"""

import json
import os
import signal
import time
from pathlib import Path

from driver import SHOTS, Player, Stage, engines, pause, press_yes
from qgis.core import (
    QgsApplication,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayerUtils,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt, QTimer
from qgis.PyQt.QtGui import QColor, QMouseEvent
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QWidget
from qgis.utils import iface, plugins

SCENE = Path(os.environ["ORTHOSCRIBE_SCENE"])
SCREEN = QRect(0, 0, 1366, 768)
WIZARD = QRect(840, 40, 480, 690)
# Minutes of a training that is not stopped, for the pictures of the documents.
WHOLE_MIN = float(os.environ.get("ORTHOSCRIBE_WHOLE_TRAINING", "0"))
SHORT_MIN = 1.5  # shorter than a user may choose
BEAT_MS = 20
MARK = QColor(255, 0, 255)
CLASS_ROWS = {1: 0, 2: 1, 3: 2, 4: 3}


class Heartbeat:
    """Notes gaps between the beats of a timer, except those in steps of the scenario."""

    def __init__(self):
        self.gaps = []
        self._last_s, self._worked_s = time.monotonic(), time.thread_time()
        self._timer = QTimer(iface.mainWindow())
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._timer.start(BEAT_MS)

    def beat(self):
        now_s, worked_s = time.monotonic(), time.thread_time()
        self.gaps.append((LABEL[0], now_s - self._last_s, worked_s - self._worked_s))
        self._last_s, self._worked_s = now_s, worked_s

    def skip(self):
        self._last_s, self._worked_s = time.monotonic(), time.thread_time()

    def longest(self):
        """Return the longest gap at each part of the scenario: elapsed and computing seconds."""
        longest = {}
        for label, gap_s, worked_s in self.gaps:
            longest[label] = max([round(gap_s, 3), round(worked_s, 3)], longest.get(label, [0, 0]))
        return longest


LABEL = ["start"]


class Improver(Stage):
    """The stage, with the wizard."""

    def __init__(self):
        super().__init__()
        self.heart = Heartbeat()
        self.presses = {}
        self.clicks = 0

    @property
    def wizard(self):
        return self.window.findChild(QWidget, "orthoscribe_wizard")

    def part(self, name, kind=QObject):
        found = self.wizard.findChild(kind, f"orthoscribe_wizard_{name}")
        assert found is not None, name
        return found

    def click(self, name, within=None):
        """Press a button of the wizard and note how long that took."""
        button = within if within is not None else self.part(name)
        assert button.isVisible(), name
        assert button.isEnabled(), name
        began = time.monotonic()
        QTest.mouseClick(
            button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(8, 8)
        )
        self.presses[name] = round(time.monotonic() - began, 3)
        self.clicks += 1
        self.heart.skip()

    def message(self):
        return self.part("message").text()

    def shoot(self, name):
        QApplication.processEvents()
        screen = QApplication.primaryScreen().grabWindow(0)
        screen.copy(SCREEN).save(str(SHOTS / f"{name}.png"))
        self.heart.skip()

    def place_wizard(self):
        self.wizard.setGeometry(WIZARD)


def improve(stage):
    """Run, mark, try, train, compare, use, label again."""
    began_s = time.monotonic()
    yield from wrong_map(stage)
    yield from mark(stage)
    yield from attempt(stage)
    stage.click("trial_undo")
    stage.note(after_undo=groups())
    yield from train(stage)
    yield from decide(stage)
    stage.note(
        clicks=stage.clicks,
        seconds=round(time.monotonic() - began_s),
        gaps=stage.heart.longest(),
        presses=stage.presses,
        load=os.getloadavg()[0],
    )
    yield from night(stage)
    yield from close(stage)


def wrong_map(stage):
    """Label the foreign image."""
    stage.window.showNormal()
    stage.window.setGeometry(SCREEN)
    stage.make_room()
    iface.newProject()
    project = QgsProject.instance()
    for name in ("dsm", "image"):
        project.addMapLayer(QgsRasterLayer(str(SCENE / f"{name}.tif"), name))
    (image,) = project.mapLayersByName("image")
    project.setCrs(image.crs())
    iface.mapCanvas().setExtent(image.extent())
    if not stage.dock.isVisible():
        stage.window.findChild(QObject, "OrthoscribeAction").trigger()
    stage.child("image_layer").setLayer(image)
    (dsm,) = project.mapLayersByName("dsm")
    stage.child("dsm_layer").setLayer(dsm)
    stage.child("output").setFilePath(str(SHOTS / "output"))
    yield lambda: stage.can_press("run")
    stage.press("run")
    stage.clicks += 1
    yield lambda: not stage.is_shown("run")
    yield lambda: stage.is_shown("run")
    yield pause(1.0)
    yield stage.map_is_still
    iface.messageBar().clearWidgets()
    stage.shoot("1_wrong_map")


def mark(stage):
    """Open the wizard, and draw."""
    LABEL[0] = "mark"
    stage.child("improve_map").click()
    stage.clicks += 1
    yield lambda: stage.wizard is not None
    stage.place_wizard()
    yield pause(0.5)
    stage.shoot("2_area")
    stage.note(area_message=stage.message())
    stage.click("next")
    stage.click("start_drawing")
    yield pause(0.5)
    (layer,) = QgsProject.instance().mapLayersByName("Corrections")
    last = None
    for code, x, y, radius in json.loads((SCENE / "discs.json").read_text()):
        if code != last:
            stage.part("classes").choose_row(CLASS_ROWS[code])
            last = code
        disc = QgsGeometry.fromPointXY(QgsPointXY(x, y)).buffer(radius, 4)
        layer.addFeature(QgsVectorLayerUtils.createFeature(layer, disc))
        stage.heart.skip()
        yield pause(0.05)
    yield pause(0.6)
    stage.click("next_spot")
    yield pause(0.5)
    yield stage.map_is_still
    stage.shoot("3_draw_unsaved")
    stage.note(
        unsaved=stage.message(),
        can_go_on=stage.part("next").isEnabled(),
        spot=stage.part("spot").text(),
    )
    stage.click("save")
    yield lambda: stage.part("next").isEnabled()
    (image,) = QgsProject.instance().mapLayersByName("image")
    iface.mapCanvas().setExtent(image.extent())
    yield pause(0.5)
    yield stage.map_is_still
    stage.shoot("3_draw")
    stage.note(drawn=stage.part("drawn").text(), drawn_count=layer.featureCount())


def attempt(stage):
    """Try in the visible map."""
    LABEL[0] = "try"
    stage.click("next")
    yield pause(0.3)
    stage.shoot("4_try_before")
    began = time.monotonic()
    stage.click("trial_start")
    yield lambda: stage.part("trial_start").isEnabled()
    stage.note(tried_s=round(time.monotonic() - began, 1), tried=stage.message())
    yield pause(0.5)
    yield stage.map_is_still
    stage.shoot("4_try_after")
    stage.click("trial_before")
    yield pause(0.3)
    yield stage.map_is_still
    stage.shoot("4_try_toggled")
    yield from swipe(stage)


def swipe(stage):
    """Drag the line over the map, and compare with both maps in turn."""
    seen = {}
    for way in ("before", "after", "swipe"):
        stage.click(f"trial_{way}")
        yield pause(0.5)
        yield stage.map_is_still
        yield is_swipe_drawn
        seen[way] = map_picture()
    iface.messageBar().clearWidgets()
    stage.shoot("4_try_swipe")
    stage.note(swiped=[shares_equal(seen["swipe"], seen[way]) for way in ("before", "after")])
    drag_map(0.5, 0.8)
    stage.note(dragged=[shares_equal(map_picture(), seen[way]) for way in ("before", "after")])
    stage.click("trial_after")


def is_swipe_drawn():
    items = iface.mapCanvas().scene().items()
    return all(each.is_drawn for each in items if type(each).__name__ == "SwipeItem")


def map_picture():
    return iface.mapCanvas().viewport().grab().toImage()


def shares_equal(one, other):
    """Return the share of equal pixels left and right of the middle, and right of 0.8.

    The words and the line are left out.
    """
    rows = range(60, one.height() - 60, 7)  # messages lie over the upper edge
    parts = ((0.0, 0.48), (0.52, 0.78), (0.82, 1.0))
    return [
        round(
            sum(
                one.pixel(x, y) == other.pixel(x, y)
                for x in range(int(first * one.width()), int(last * one.width()), 7)
                for y in rows
            )
            / len(range(int(first * one.width()), int(last * one.width()), 7))
            / len(rows),
            2,
        )
        for first, last in parts
    ]


def drag_map(first, last):
    """Drag with the left button from a fraction of the map's width to another one."""
    view = iface.mapCanvas().viewport()
    ends = [QPoint(round(each * view.width()), view.height() // 2) for each in (first, last)]
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, ends[0])
    for step in range(1, 6):
        x = ends[0].x() + (ends[1].x() - ends[0].x()) * step // 5
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(x, ends[0].y()),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, ends[1])


def train(stage):
    """Train for a short time; the wizard is closed and found again meanwhile."""
    LABEL[0] = "train"
    stage.click("next")
    yield pause(0.3)
    stage.shoot("5_train_before")
    stage.click("train_quick")
    stage.wizard.draft.change(minutes=WHOLE_MIN or SHORT_MIN)
    stage.click("train_start")
    began = time.monotonic()
    yield lambda: stage.part("train_curve").scores_text().count("%") == 2 or not is_training()
    stage.shoot("5_train_running")
    stage.note(curve=stage.part("train_curve").scores_text(), engines_training=len(engines()))
    stage.click("close")
    yield lambda: stage.wizard is None
    iface.mapCanvas().zoomByFactor(0.8)
    yield pause(1.0)
    stage.note(trains_while_closed=is_training())
    began_s = time.monotonic()
    stage.child("improve_map").click()
    stage.presses["improve_map"] = round(time.monotonic() - began_s, 3)
    stage.heart.skip()
    yield lambda: stage.wizard is not None
    stage.place_wizard()
    stage.note(found_again=stage.part("train_stop").isVisible() or not is_training())
    LABEL[0] = "training"
    if not WHOLE_MIN:  # as a user in a hurry; the test would take minutes more
        yield lambda: "part 2" in stage.part("train_stage").text() or not is_training()
        if is_training():
            stage.click("train_stop")
    yield lambda: not is_training()
    stage.note(trained_s=round(time.monotonic() - began, 1), after_training=stage.message())


def decide(stage):
    """Compare, use the model, and label the area again."""
    LABEL[0] = "compare"
    yield lambda: stage.part("compare_verdict").isVisible()
    (image,) = QgsProject.instance().mapLayersByName("image")
    iface.mapCanvas().setExtent(image.extent())
    iface.messageBar().clearWidgets()
    yield pause(0.5)
    stage.shoot("6_compare")
    table = stage.part("compare_table")
    stage.note(
        verdict=stage.part("compare_verdict").text(),
        table=[
            [table.item(row, column).text() for column in range(table.columnCount())]
            for row in range(table.rowCount())
        ],
    )
    if not stage.part("decision_use").isEnabled():
        stage.note(barred=stage.part("decision_barred").text())
        yield from permit(stage)
    stage.click("decision_use")
    stage.note(used=stage.message(), dock_model=stage.child("model").currentData())
    LABEL[0] = "relabel"
    stage.click("decision_relabel")
    yield lambda: stage.part("decision_relabel").isVisible()
    yield pause(0.5)
    yield stage.map_is_still
    iface.messageBar().clearWidgets()
    stage.shoot("7_changed")
    changed = QgsProject.instance().mapLayersByName("Changed")
    stage.note(
        relabeled=stage.message(),
        changes=[layer.featureCount() for layer in changed],
        groups=groups(),
    )
    stage.part("decision_return").click()
    stage.note(returned=stage.message(), dock_returned=stage.child("model").currentData())


def permit(stage):
    """Go on as if the verdict were that nothing got worse: so few steps may be red."""
    report = Path(stage.wizard.draft.value.result) / "report.json"
    values = json.loads(report.read_text())
    values["finetuning"]["verdict"] = "amber"
    report.write_text(json.dumps(values))
    stage.part("step_train").click()
    stage.part("step_compare").click()
    stage.heart.skip()
    yield pause(0.3)


def night(stage):
    """Each page in Night Mapping."""
    LABEL[0] = "night"
    QgsApplication.setUITheme("Night Mapping")
    stage.part("close").click()
    yield lambda: stage.wizard is None
    stage.child("improve_map").click()
    yield lambda: stage.wizard is not None
    stage.place_wizard()
    yield pause(1.0)
    for step in ("area", "draw", "trial", "train", "compare"):
        stage.part(f"step_{step}").click()
        yield pause(0.5)
        stage.shoot(f"night_{step}")
    QgsApplication.setUITheme("default")


def close(stage):
    """Close the wizard: nothing of it is left."""
    stage.part("close").click()
    yield lambda: stage.wizard is None
    yield pause(0.5)
    stage.note(engines=len(engines()), plugins=sorted(plugins))


def groups():
    root = QgsProject.instance().layerTreeRoot()
    return [group.name() for group in root.findGroups()]


def is_training():
    return iface.mainWindow().findChild(QObject, "orthoscribe_wizard_control").is_training


def leave_after_trial(stage):
    """Run, mark, try, close the wizard, open a new project, and leave QGIS."""
    yield from wrong_map(stage)
    yield from mark(stage)
    yield from attempt(stage)
    stage.click("trial_undo")
    yield from close(stage)
    stage.note(items=canvas_items())
    iface.newProject()
    yield pause(0.5)
    yield from leave_as_a_user(stage)


def leave_with_all_open(stage):
    """Leave QGIS in the middle: a review, a suggested place, a trial and a swipe are on the map."""
    yield from wrong_map(stage)
    stage.press("review_least_certain")
    yield pause(0.5)
    yield from mark(stage)
    yield from attempt(stage)
    stage.click("back")
    stage.click("next_spot" if stage.part("next_spot").isVisible() else "spot_done")
    stage.click("pick")
    stage.click("next")
    stage.click("trial_swipe")
    yield pause(0.5)
    stage.note(items=canvas_items())
    yield from leave_as_a_user(stage)


def leave_as_a_user(stage):
    """Leave QGIS by its menu, and discard what is not saved."""
    insist = QTimer(stage.window)
    insist.timeout.connect(press_yes)
    insist.start(100)
    QTimer.singleShot(0, iface.actionExit().trigger)
    yield lambda: False


def canvas_items():
    """Return the kinds of what we put on the map; QGIS has rubber bands of its own there."""
    items = iface.mapCanvas().scene().items()
    kinds = {type(each).__name__ for each in items if not is_of_qgis(each)}
    return sorted(kinds & {"QgsHighlight", "QgsRubberBand", "SwipeItem"})


def is_of_qgis(item):
    return isinstance(item, QgsRubberBand) and item.strokeColor() != MARK


def interrupt(stage):
    """QGIS is killed while a model is trained."""
    yield from wrong_map(stage)
    yield from mark(stage)
    stage.click("next")
    stage.click("next")
    stage.click("train_start")
    yield lambda: stage.part("train_curve").scores_text() != ""
    QgsProject.instance().write(str(SCENE / "town.qgz"))
    stage.note(engines=engines(), pid=os.getpid(), killed_at_s=time.time())
    os.kill(os.getpid(), signal.SIGKILL)


def resume(stage):
    """The next QGIS offers to go on with the training."""
    yield pause(1.0)
    stage.note(offered=[item.text() for item in iface.messageBar().items()])
    iface.addProject(str(SCENE / "town.qgz"))
    stage.window.setGeometry(SCREEN)
    stage.window.findChild(QObject, "OrthoscribeImproveAction").trigger()
    yield lambda: stage.wizard is not None
    stage.place_wizard()
    stage.part("step_train").click()
    yield pause(0.3)
    stage.shoot("8_interrupted")
    stage.note(interrupted=stage.part("train_interrupted").text())
    stage.click("train_resume")
    yield lambda: stage.part("train_curve").scores_text() != ""
    stage.shoot("8_resumed")
    stage.click("train_cancel")
    yield lambda: not is_training()
    yield pause(0.5)
    models = Path(os.environ["ORTHOSCRIBE_HOME"]) / "models"
    stage.note(canceled=stage.message(), models=[each.name for each in models.glob("*")])
    stage.part("close").click()


class ImprovingPlayer(Player):
    """Player of a scenario with an `Improver`."""

    STAGE = Improver


PLAYER = ImprovingPlayer(globals()[os.environ["ORTHOSCRIBE_SCENARIO"]])
