# SPDX-License-Identifier: GPL-2.0-or-later
"""Stepping through the least certain features of a run."""

import pytest
from orthoscribe.plugin.dock.review_control import ReviewControl
from orthoscribe.plugin.dock.review_presenter import ReviewPresenter
from orthoscribe.plugin.layers.least_certain import RankedFeature, least_certain
from orthoscribe.plugin.protocol import ISPRS
from orthoscribe.plugin.styling.attributes import describe_attributes
from orthoscribe.tests.docks import child, is_ready, shown
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QKeySequence

STEPS = [RankedFeature(float(n), layer, n) for n, layer in enumerate("aabab")]


def make_layer(name, rows, fields=("confidence", "iou_raw")):
    """Return a layer of squares, 100 m apart, with these values."""
    definition = "&".join(f"field={field}:double" for field in fields)
    layer = QgsVectorLayer(f"Polygon?crs=EPSG:32632&{definition}", name, "memory")
    features = []
    for number, row in enumerate(rows):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(list(row))
        x = 500_000 + 100 * number
        feature.setGeometry(
            QgsGeometry.fromWkt(f"POLYGON(({x} 0, {x + 9} 0, {x + 9} 9, {x} 9, {x} 0))")
        )
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)
    return layer


def scores(steps):
    return [step.certainty for step in steps]


def test_least_certain_come_first_over_all_layers(qgis_app):
    houses = make_layer("houses", [(80, None), (20, None), (60, None)])
    cars = make_layer("cars", [(40, None), (None, None)])
    steps = least_certain([houses, cars])
    assert scores(steps) == [20, 40, 60, 80]
    assert [step.layer_id for step in steps] == [
        houses.id(), cars.id(), houses.id(), houses.id(),
    ]  # fmt: skip


def test_poor_outline_counts_as_uncertain(qgis_app):
    layer = make_layer("houses", [(80, 0.9), (95, 0.3), (None, 0.5), (60, None)])
    assert scores(least_certain([layer])) == [30, 50, 60, 80]


def test_number_of_steps_is_limited_to_the_lowest(qgis_app):
    layer = make_layer("houses", [(100 - n, (n % 7) / 7) for n in range(60)])
    every = sorted(min(100 - n, 100 * (n % 7) / 7) for n in range(60))
    assert scores(least_certain([layer], 20)) == pytest.approx(every[:20])


def test_layer_without_scores_has_no_steps(qgis_app):
    assert least_certain([make_layer("x", [(1,)], fields=("area_m2",))]) == []


def test_steps_end_at_both_ends():
    presenter = ReviewPresenter(STEPS)
    assert (presenter.count_text, presenter.has_previous) == ("1 of 5", False)
    presenter.go(-1)
    assert presenter.current is STEPS[0]
    presenter.go(9)
    assert (presenter.current, presenter.count_text) == (STEPS[4], "5 of 5")
    assert not presenter.has_next
    presenter.go(-1)
    assert (presenter.has_previous, presenter.has_next) == (True, True)


def test_dropped_feature_makes_way_for_the_next():
    presenter = ReviewPresenter(STEPS[:2])
    presenter.drop_current()
    assert (presenter.current, presenter.count_text) == (STEPS[1], "1 of 1")
    presenter.drop_current()
    assert (presenter.current, presenter.count_text) == (None, "")
    presenter.go(1)
    assert presenter.current is None


def test_removed_layer_takes_its_steps_along():
    presenter = ReviewPresenter(STEPS)
    presenter.go(3)  # of layer a
    presenter.drop_layers(["b"])
    assert (presenter.current, presenter.count_text) == (STEPS[3], "3 of 3")
    presenter.drop_layers(["a"])
    assert presenter.current is None


@pytest.fixture
def houses(qgis_new_project):
    layer = make_layer("Buildings", [(80, 0.9), (20, 0.9), (60, 0.9)])
    describe_attributes(layer, "buildings", ISPRS, {})
    QgsProject.instance().addMapLayer(layer)
    yield layer
    QgsProject.instance().clear()


@pytest.fixture
def control(qgis_canvas, qgis_new_project, houses, qtbot):
    made = ReviewControl(qgis_canvas, QgsProject.instance())
    qtbot.addWidget(made)
    qgis_canvas.setDestinationCrs(houses.crs())
    yield made
    made.teardown()


def text(control, name):
    return child(control, f"review_{name}").text()


def press(control, name):
    child(control, f"review_{name}").click()


def test_control_is_hidden_until_it_starts(control, houses):
    assert not control.isVisibleTo(None)
    assert control.start([houses])
    assert control.isVisibleTo(None)
    assert text(control, "count") == "1 of 3"
    assert text(control, "feature") == "Building 2, 20 %"


def test_map_follows_the_steps(control, houses, qgis_canvas):
    control.start([houses])
    assert qgis_canvas.extent().center().x() == pytest.approx(500_104.5)
    press(control, "next")
    assert qgis_canvas.extent().center().x() == pytest.approx(500_204.5)
    assert text(control, "count") == "2 of 3"
    qgis_canvas.zoomByFactor(20)
    press(control, "zoom")
    assert qgis_canvas.extent().height() < 100
    press(control, "previous")
    assert text(control, "feature") == "Building 2, 20 %"
    assert not child(control, "review_previous").isEnabled()


def test_exactly_one_feature_is_highlighted(control, houses, qgis_canvas):
    from qgis.gui import QgsHighlight

    def highlights():
        return [item for item in qgis_canvas.scene().items() if isinstance(item, QgsHighlight)]

    control.start([houses])
    press(control, "next")
    assert len(highlights()) == 1
    press(control, "close")
    assert highlights() == []
    assert not control.isVisibleTo(None)


def test_feature_deleted_meanwhile_is_left_out(control, houses):
    control.start([houses])
    houses.startEditing()
    assert houses.deleteFeature(3)
    press(control, "next")
    assert text(control, "feature") == "Building 1, 80 %"
    assert text(control, "count") == "2 of 2"
    houses.rollBack()


def test_review_ends_with_its_layer(control, houses, qtbot):
    control.start([houses])
    with qtbot.waitSignal(control.closed):
        QgsProject.instance().removeMapLayer(houses.id())
    assert not control.isVisibleTo(None)


def test_nothing_to_review_is_told(control):
    assert not control.start([make_layer("empty", [])])
    assert not control.isVisibleTo(None)


def test_keys_step(control, houses, qtbot):
    control.start([houses])
    keys = [child(control, f"review_{name}").shortcut() for name in ("previous", "next", "zoom")]
    assert keys == [QKeySequence(f"Alt+{key}") for key in ("Left", "Right", "Down")]
    control.activateWindow()
    qtbot.waitUntil(control.isActiveWindow)
    qtbot.keyClick(control, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: text(control, "count") == "2 of 3")  # the press is animated


def test_review_starts_from_the_summary_of_a_run(make_dock, scene, painting_engine, wait):
    dock = make_dock(painting_engine())
    scene()
    wait(lambda: is_ready(dock))
    child(dock, "run").click()
    wait(lambda: shown(dock, "review_least_certain"))
    child(dock, "review_least_certain").click()
    assert shown(dock, "review")
    assert text(dock, "feature").startswith("Building 1, ")
    assert text(dock, "feature").endswith(", 61 %")
    QgsProject.instance().clear()
    wait(lambda: not shown(dock, "review"))
