# SPDX-License-Identifier: GPL-2.0-or-later
"""Page Draw with real layers: start, draw, pick, take labels, mend, save, suggested places."""

import json
from pathlib import Path

import numpy as np
import pytest
from orthoscribe.plugin.layers.results import ROLE, RUN_ID
from orthoscribe.plugin.protocol import LabelJob, job_to_json
from orthoscribe.plugin.wizard.control import WizardControl
from orthoscribe.tests.docks import child
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import Qt

X, Y = 500_000, 5_400_000  # upper left corner; the image has 400 x 400 pixels of 0.5 m
BUILDING, TREE, CAR = 2, 4, 5


def at(x, y):
    return QgsPointXY(X + x, Y - y)


def square(x, y, size=5.0):
    return QgsGeometry.fromRect(QgsRectangle(at(x, y + size), at(x + size, y)))


@pytest.fixture
def result(painted_layer, home):
    """Return image, class raster and polygons of a run, in the project."""
    array = np.full((3, 400, 400), 90)
    array[:, :20, 380:] = 0
    image = painted_layer("ortho", array, nodata=0)
    codes = np.full((400, 400), 3)
    codes[40:80, 40:80] = TREE
    classes = painted_layer("classes", codes)
    percents = np.full((400, 400), 95)
    percents[300:320, 300:320] = 10
    confidence = painted_layer("confidence", percents)
    job = LabelJob(
        image=image.source(),
        model="tiny",
        classes=classes.source(),
        confidence=confidence.source(),
        output="out",
    )
    QgsProject.instance().removeMapLayer(confidence)  # the dock keeps it, but does not show it
    Path(classes.source()).with_name("job.json").write_text(job_to_json(job))
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632&field=class:string", "Buildings", "memory")
    for box in (square(100, 100, 10), square(150, 100, 10)):
        feature = QgsFeature(layer.fields())
        feature.setAttributes(["building"])
        feature.setGeometry(box)
        layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    QgsProject.instance().addMapLayer(layer)
    for each, role in ((classes, "classes"), (layer, "buildings")):
        each.setCustomProperty(RUN_ID, "one")
        each.setCustomProperty(ROLE, role)
    return image


@pytest.fixture
def control(wizard_window, result):
    canvas = wizard_window.mapCanvas()
    canvas.setDestinationCrs(result.crs())
    canvas.setExtent(result.extent())
    made = WizardControl(wizard_window, lambda *_: None)
    yield made
    made.teardown()


@pytest.fixture
def page(control):
    """Return the page Draw, shown, before there is a layer."""
    window = control.open()
    window.go_to("draw")
    return child(window, "wizard_draw")


@pytest.fixture
def layer(page):
    """Return the identifier-resolving function of the layer, after drawing was started."""
    child(page, "wizard_start_drawing").click()
    return lambda: QgsProject.instance().mapLayersByName("Corrections")[0]


def draw(layer, geometry):
    """Add a polygon as QGIS's tool does: with the default value of the class."""
    feature = QgsVectorLayerUtils.createFeature(layer, geometry)
    assert layer.addFeature(feature)
    return feature.id()


def drawn(layer):
    return sorted(
        (feature["class"], round(feature.geometry().area(), 2)) for feature in layer.getFeatures()
    )


def press(page, name):
    page.refresh()
    button = child(page, f"wizard_{name}")
    assert button.isEnabled(), name
    button.click()


def message(page):
    return child(page.window(), "wizard_message").text()


def row(page, number):
    item = child(page, "wizard_classes").topLevelItem(number)
    return [item.text(column) for column in range(6)]


def rows(page):
    page.refresh()
    return {row(page, n)[1]: row(page, n)[2:] for n in range(6)}


def findings(page):
    page.refresh()
    listed = child(page, "wizard_findings")
    return [listed.item(n).text() for n in range(listed.count())]


def test_draft_takes_the_inputs_of_the_run(control, result):
    window = control.open()
    assert child(window, "wizard_image").currentLayer() == result
    assert child(window, "wizard_start").currentData() == "tiny"
    assert child(window, "wizard_next").isEnabled()


def test_one_button_makes_the_layer_and_starts_the_tool(page, layer, wizard_window, result):
    tools = []
    wizard_window.actionAddFeature().triggered.connect(lambda: tools.append("polygon"))
    assert layer().isEditable()
    assert wizard_window.activeLayer() == layer()
    assert layer().crs() == result.crs()
    assert Path(layer().source().split("|")[0]).parent == Path(result.source()).parent
    assert QgsProject.instance().topologicalEditing()
    assert QgsProject.instance().snappingConfig().enabled()
    press(page, "draw_polygon")
    assert tools == ["polygon"]
    assert not child(page, "wizard_start_drawing").isVisibleTo(page)


def test_drawn_polygons_are_counted_by_class(page, layer):
    child(page, "wizard_classes").choose_row(1)
    for n in range(3):
        draw(layer(), square(10 + 40 * n, 150))
    child(page, "wizard_classes").choose_row(4)
    draw(layer(), square(10, 10))
    assert drawn(layer()) == [(BUILDING, 25.0)] * 3 + [(CAR, 25.0)]
    counted = rows(page)
    assert counted["Building"] == ["3", "1", "75 m²", "▲"]
    assert counted["Car"] == ["1", "1", "25 m²", "✕"]
    assert counted["Tree"] == ["0", "0", "", ""]


def test_polygons_outside_the_image_do_not_count(page, layer):
    draw(layer(), square(300, 150))
    press(page, "save")
    assert rows(page)["Impervious surface"][0] == "0"
    assert "Nothing is drawn yet" in message(page)


def test_edits_are_followed_live(page, layer, wait):
    draw(layer(), square(10, 150))
    wait(lambda: row(page, 0)[2] == "1")
    layer().undoStack().undo()
    wait(lambda: row(page, 0)[2] == "0")


def test_keys_choose_the_class_only_while_the_layer_is_active(page, layer, wizard_window, result):
    keys = [child(wizard_window, f"class_key_{n}") for n in range(1, 10)]
    page.refresh()
    assert all(key.isEnabled() for key in keys)
    keys[3].activated.emit()
    assert child(page, "wizard_classes").code() == TREE
    draw(layer(), square(10, 150))
    assert drawn(layer()) == [(TREE, 25.0)]
    wizard_window.setActiveLayer(result)
    assert not any(key.isEnabled() for key in keys)
    wizard_window.setActiveLayer(layer())
    assert keys[0].isEnabled()
    page.window().go_to("area")
    assert not keys[0].isEnabled()


def test_click_takes_the_predicted_polygon(page, layer, wizard_window):
    child(page, "wizard_classes").choose_row(3)
    press(page, "pick")
    tool = wizard_window.mapCanvas().mapTool()
    tool.canvasClicked.emit(at(105, 105), Qt.MouseButton.LeftButton)
    assert drawn(layer()) == [(TREE, 100.0)]
    assert "Taken: Building, now Tree." in message(page)
    child(page, "wizard_classes").choose_row(4)
    tool.canvasClicked.emit(at(105, 105), Qt.MouseButton.LeftButton)
    assert drawn(layer()) == [(CAR, 100.0)]
    assert "is now Car" in message(page)
    layer().undoStack().undo()
    assert drawn(layer()) == [(TREE, 100.0)]


def test_click_takes_the_region_where_there_is_no_polygon(page, layer, wizard_window):
    child(page, "wizard_classes").choose_row(1)
    press(page, "pick")
    tool = wizard_window.mapCanvas().mapTool()
    tool.canvasClicked.emit(at(25, 25), Qt.MouseButton.LeftButton)
    assert drawn(layer()) == [(BUILDING, 400.0)]
    assert "Taken: Tree, now Building." in message(page)
    tool.canvasClicked.emit(at(-50, 25), Qt.MouseButton.LeftButton)
    assert "Nothing was labeled there" in message(page)
    tool.canvasClicked.emit(at(25, 25), Qt.MouseButton.RightButton)
    assert not child(page, "wizard_pick").isChecked()
    assert wizard_window.mapCanvas().mapTool() is not tool


def test_labels_in_view_become_polygons(page, layer, wizard_window):
    canvas = wizard_window.mapCanvas()
    draw(layer(), square(104, 104, 2))
    canvas.setExtent(QgsRectangle(at(90, 120), at(120, 90)))
    press(page, "labels")
    assert (BUILDING, 96.0) in drawn(layer())  # cut at what was drawn before
    assert len(drawn(layer())) == 2
    canvas.setExtent(QgsRectangle(at(10, 190), at(20, 180)))
    press(page, "labels")
    assert "No polygons of the result lie within the view" in message(page)


def test_unsaved_edits_bar_the_way_until_one_click(page, layer):
    draw(layer(), square(10, 150))
    page.refresh()
    assert "not saved yet" in message(page)
    assert not child(page.window(), "wizard_step_area").isChecked()
    press(page, "save")
    assert page.problems() == ()
    assert layer().isEditable()
    stored = QgsVectorLayer(layer().source(), "stored", "ogr")
    assert stored.featureCount() == 1


@pytest.mark.parametrize(
    ("geometry", "words", "area"),
    [
        (square(198, 150), "outside the image", 10.0),
        (square(10, 150, 0.5), "smaller than 4 pixels", None),
        (QgsGeometry.fromWkt(
            f"POLYGON(({X} {Y - 100}, {X + 9} {Y - 90}, {X + 9} {Y - 100}, {X} {Y - 90}, "
            f"{X} {Y - 100}))"), "crosses itself", 22.5),
    ],
)  # fmt: skip
def test_fault_is_mended_by_one_click_and_undone_by_one_step(page, layer, geometry, words, area):
    draw(layer(), geometry)
    press(page, "save")
    (sentence,) = findings(page)
    assert words in sentence
    press(page, "fix")
    assert [sentence for sentence in findings(page) if words in sentence] == []
    if area is None:
        assert drawn(layer()) == []
    else:
        assert drawn(layer())[0][1] == pytest.approx(area)
    layer().undoStack().undo()
    assert any(words in sentence for sentence in findings(page))


def test_overlap_is_cut_from_the_later_polygon(page, layer):
    draw(layer(), square(10, 150))
    child(page, "wizard_classes").choose_row(3)
    draw(layer(), square(12, 150))
    press(page, "save")
    (sentence,) = findings(page)
    assert "overlaps" in sentence
    assert sentence in message(page)
    press(page, "fix")
    assert drawn(layer()) == [(1, 25.0), (TREE, 10.0)]


def test_polygon_without_class_gets_the_chosen_one(page, layer):
    layer().setDefaultValueDefinition(1, layer().defaultValueDefinition(0))
    draw(layer(), square(10, 150))
    press(page, "save")
    assert "has no class" in findings(page)[0]
    child(page, "wizard_classes").choose_row(3)
    press(page, "fix")
    assert drawn(layer()) == [(TREE, 25.0)]


def test_show_zooms_to_the_place(page, layer, wizard_window):
    draw(layer(), square(198, 150))
    press(page, "save")
    findings(page)
    press(page, "show")
    extent = wizard_window.mapCanvas().extent()
    assert extent.contains(at(199, 152))
    assert extent.width() < 100


def test_next_spot_leads_to_the_least_certain_and_is_remembered(page, layer, wizard_window):
    press(page, "next_spot")
    canvas = wizard_window.mapCanvas()
    assert canvas.extent().center().distance(at(155, 155)) < 5
    assert canvas.extent().height() < 110
    assert "certain here" in child(page, "wizard_spot").text()
    press(page, "spot_done")
    assert canvas.extent().center().distance(at(155, 155)) > 20
    press(page, "spot_skip")
    (entry, _) = QgsProject.instance().readEntry("orthoscribe", "finetune_draft", "")
    values = json.loads(entry)
    assert (len(values["done_spots"]), len(values["skipped_spots"])) == (1, 1)


def test_suggested_place_is_marked_until_the_page_is_left(page, layer, wizard_window):
    def marks():
        items = wizard_window.mapCanvas().scene().items()
        return [each for each in items if isinstance(each, QgsRubberBand)]

    press(page, "next_spot")
    (mark,) = marks()
    place = mark.asGeometry().boundingBox()
    assert place.contains(at(155, 155))
    assert place.width() < wizard_window.mapCanvas().extent().width() / 2
    press(page, "spot_done")
    assert len(marks()) == 1
    page.leave()
    assert marks() == []
    page.enter()
    assert len(marks()) == 1
    page.teardown()
    assert marks() == []


def test_result_is_half_transparent_until_the_wizard_closes(page, layer):
    (classes,) = QgsProject.instance().mapLayersByName("classes")
    assert classes.opacity() == 0.5
    page.window().close()
    assert classes.opacity() == 1.0
    assert not QgsProject.instance().topologicalEditing()
    assert not QgsProject.instance().snappingConfig().enabled()


def test_closed_wizard_loses_no_edit_and_is_found_again(page, layer, control):
    draw(layer(), square(10, 150))
    page.window().close()
    assert layer().isEditable()
    assert drawn(layer()) == [(1, 25.0)]
    window = control.open()
    assert window.step == "draw"
    assert rows(child(window, "wizard_draw"))["Impervious surface"][0] == "1"


def test_removed_layer_is_opened_again(page, layer):
    draw(layer(), square(10, 150))
    press(page, "save")
    file = layer().source().split("|")[0]
    layer().commitChanges()
    QgsProject.instance().removeMapLayer(layer().id())
    page.refresh()
    assert "was removed from the project" in message(page)
    assert file in message(page)
    press(page, "open_again")
    assert drawn(layer()) == [(1, 25.0)]
    assert page.problems() == ()


def test_removed_image_is_one_sentence_and_nothing_is_lost(page, layer, result):
    draw(layer(), square(10, 150))
    QgsProject.instance().removeMapLayer(result.id())
    page.refresh()
    assert "image is not in the project any more" in message(page)
    assert drawn(layer()) == [(1, 25.0)]


def test_write_protected_layer_is_one_sentence(page, layer):
    layer().commitChanges()
    layer().setReadOnly(True)
    press(page, "draw_polygon")
    assert "is write-protected" in message(page)
    layer().setReadOnly(False)


def test_own_polygons_are_mapped_and_never_changed(page, write_raster, tmp_path):
    own = QgsVectorLayer("Polygon?crs=EPSG:32632&field=art:string", "survey", "memory")
    for art, box in (("Haus", square(10, 150)), ("Wald", square(60, 150)), ("?", square(90, 150))):
        feature = QgsFeature(own.fields())
        feature.setAttributes([art])
        feature.setGeometry(box)
        own.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(own)
    child(page, "wizard_own_layer").setLayer(own)
    child(page, "wizard_own_field").setField("art")
    table = child(page, "wizard_own_values")
    chosen = {"Haus": "building", "Wald": "tree"}
    for number in range(table.rowCount()):
        name = chosen.get(table.item(number, 0).text(), "")
        box = table.cellWidget(number, 1)
        box.setCurrentIndex(box.findData(name))
    press(page, "own_use")
    counted = rows(page)
    assert (counted["Building"][0], counted["Tree"][0]) == ("1", "1")
    assert any("stands for no class" in sentence for sentence in findings(page))
    assert not child(page, "wizard_fix").isEnabled()
    assert not child(page, "wizard_draw_polygon").isEnabled()
    assert page.problems() == ()
    job = page.context.draft.value.to_job("preview", output="x")
    assert Path(job.labels).is_file()
    assert (job.class_field, job.label_values) == ("art", ("Haus=building", "Wald=tree"))
    assert not own.isEditable()


def test_values_of_own_polygons_are_listed_once_and_others_named(page):
    own = QgsVectorLayer("Polygon?crs=EPSG:32632&field=class:string", "survey", "memory")
    for number, value in enumerate(("Tree", "tree", "Roof, tin", "", "Low vegetation")):
        feature = QgsFeature(own.fields())
        feature.setAttributes([value])
        feature.setGeometry(square(10 + 40 * number, 150))
        own.dataProvider().addFeatures([feature])
    QgsProject.instance().addMapLayer(own)
    child(page, "wizard_own_layer").setLayer(own)
    table = child(page, "wizard_own_values")
    listed = [table.item(number, 0).text() for number in range(table.rowCount())]
    assert listed == ["Low vegetation", "Tree"]
    assert child(page, "wizard_own_left_out").text().endswith(": Roof, tin")
    press(page, "own_use")
    assert rows(page)["Tree"][0] == "2"
    assert page.context.draft.value.to_job("preview", output="x").label_values == (
        "Low vegetation=low_vegetation",
        "Tree=tree",
    )


def test_new_class_needs_five_polygons(control, page):
    window = page.window()
    window.go_to("area")
    child(window, "wizard_cause_missing_class").click()
    assert not child(window, "wizard_next").isEnabled()
    child(window, "new_class_0").setText("Water")
    assert child(window, "wizard_next").isEnabled()
    window.go_to("draw")
    child(page, "wizard_start_drawing").click()
    (layer,) = QgsProject.instance().mapLayersByName("Corrections")
    assert row(page, 6)[:2] == ["7", "Water"]
    child(page, "wizard_classes").choose_row(6)
    for n in range(4):
        draw(layer, square(10 + 40 * n, 150))
    press(page, "save")
    assert "Draw at least 5 polygons of the new class Water; there are 4" in message(page)
    draw(layer, square(10, 10))
    press(page, "save")
    assert page.problems() == ()
    assert {each["class"] for each in layer.getFeatures()} == {7}
