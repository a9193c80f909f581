# SPDX-License-Identifier: GPL-2.0-or-later
"""The swipe of Try and Compare: the labels before left of the line, the new ones right of it."""

import pytest
from orthoscribe.plugin.layers.class_rasters import newest_class_raster
from orthoscribe.plugin.wizard.pages.trial import TrialPage
from orthoscribe.plugin.wizard.swipe_item import SwipeItem
from orthoscribe.tests.docks import child
from qgis.core import QgsPalettedRasterRenderer, QgsProject
from qgis.gui import QgsMapToolPan, QgsMapToolZoom
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtGui import QColor
from qgis.PyQt.QtTest import QTest

OLD, NEW = QColor(200, 0, 0), QColor(0, 0, 200)
SIZE_PX = (400, 400)
TINT = 100  # of the polygons of the result, which are seen with its classes
BEYOND_WORDS = 0.5  # of the height of the map


@pytest.fixture
def page(improving, qtbot, wait):
    """Return a page with a trial: the whole result is red, and the trial blue."""
    context, _ = improving()
    page = TrialPage(context)
    said = []
    page.said.connect(lambda level, text: said.append(text))
    page.enter()
    page.show()
    result = newest_class_raster(QgsProject.instance())
    context.canvas.resize(*SIZE_PX)
    context.canvas.show()
    child(page, "wizard_trial_start").click()
    wait(lambda: said)
    for layer, color in ((result, OLD), (newest_class_raster(QgsProject.instance()), NEW)):
        paint(layer, color)
    context.canvas.setLayers(QgsProject.instance().layerTreeRoot().checkedLayers())
    context.canvas.setExtent(result.extent())
    yield page
    page.teardown()
    page.deleteLater()


def paint(layer, color):
    classes = [QgsPalettedRasterRenderer.Class(code, color, "") for code in range(8)]
    layer.setRenderer(QgsPalettedRasterRenderer(layer.dataProvider(), 1, classes))


def color_at(page, fraction):
    """Return which of both colors is nearer to that of the map at a fraction of its width."""
    picture = page.context.canvas.viewport().grab().toImage()
    x, y = round(fraction * picture.width()), round(BEYOND_WORDS * picture.height())
    color = picture.pixelColor(x, y)
    nearest = min((OLD, NEW), key=lambda each: distance(each, color))
    return nearest if distance(nearest, color) < TINT else color


def distance(one, other):
    return sum(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True))


def swipe(page, wait):
    child(page, "wizard_trial_swipe").click()
    wait(lambda: color_at(page, 0.2) == OLD and color_at(page, 0.8) == NEW)


def drag(page, first, last):
    view = page.context.canvas.viewport()
    points = [QPoint(round(each * view.width()), view.height() // 2) for each in (first, last)]
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, points[0])
    QTest.mouseMove(view, points[1])
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, points[1])
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, points[1])


def test_swipe_shows_the_labels_before_left_of_the_line_that_one_drags(page, wait):
    swipe(page, wait)
    drag(page, 0.5, 0.9)
    assert color_at(page, 0.8) == OLD
    assert color_at(page, 0.97) == NEW
    drag(page, 0.9, 0.1)
    assert color_at(page, 0.05) == OLD
    assert color_at(page, 0.2) == NEW


def test_swipe_follows_the_map(page, wait):
    swipe(page, wait)
    canvas = page.context.canvas
    (item,) = [each for each in canvas.scene().items() if isinstance(each, SwipeItem)]
    canvas.zoomByFactor(0.5)
    assert not item.is_drawn  # the picture of the other place is not shown meanwhile
    wait(lambda: item.is_drawn)
    wait(lambda: color_at(page, 0.2) == OLD and color_at(page, 0.8) == NEW)


@pytest.mark.parametrize("way_out", ["leave", "after", "undo", "other tool", "close"])
def test_nothing_of_a_swipe_is_left(page, wait, way_out):
    canvas = page.context.canvas
    items = len(canvas.scene().items())
    swipe(page, wait)
    assert len(canvas.scene().items()) == items + 1
    other = QgsMapToolZoom(canvas, False)
    {
        "leave": page.leave,
        "after": child(page, "wizard_trial_after").click,
        "undo": child(page, "wizard_trial_undo").click,
        "other tool": lambda: canvas.setMapTool(other),
        "close": page.teardown,
    }[way_out]()
    assert len(canvas.scene().items()) == items
    assert child(page, "wizard_trial_after").isChecked()
    wanted = QgsMapToolZoom if way_out == "other tool" else QgsMapToolPan
    assert type(canvas.mapTool()) is wanted
