"""Judgments of a review as polygons of the corrections, and marks on the result."""

import pytest
from orthoscribe.plugin.compat import is_null
from orthoscribe.plugin.dock.judging import JudgingRow
from orthoscribe.plugin.layers.corrections import set_next_class
from orthoscribe.plugin.layers.review_marks import (
    corrections_for,
    judge,
    mark_reviewed,
    project_corrections,
)
from orthoscribe.tests.docks import child
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsRectangle, QgsVectorLayer

FIELDS = "field=id:integer&field=class:string&field=status:string"


@pytest.fixture
def result(qgis_new_project):
    """Return a layer of two buildings."""
    layer = QgsVectorLayer(f"Polygon?crs=EPSG:25832&{FIELDS}", "Buildings", "memory")
    for number in range(2):
        feature = QgsFeature(layer.fields())
        left = 500_000 + 20 * number
        feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(left, 0, left + 10, 10)))
        feature.setAttributes([number, "building", "fit"])
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


@pytest.fixture
def corrections(result, tmp_path):
    return corrections_for(result, QgsProject.instance(), tmp_path)


def codes(layer):
    return [
        (None if is_null(each["class"]) else each["class"], each.geometry().area())
        for each in layer.getFeatures()
    ]


def test_layer_is_made_once_with_the_colors_of_the_classes(result, corrections, tmp_path):
    project = QgsProject.instance()
    assert corrections is project_corrections(project)
    assert corrections_for(result, project) is corrections
    assert (tmp_path / "corrections.gpkg").is_file()
    assert corrections.renderer().type() == "categorizedSymbol"


def test_temporary_result_needs_a_folder(result):
    assert corrections_for(result, QgsProject.instance()) is None


def test_later_judgment_replaces_the_earlier_one(result, corrections):
    feature = next(result.getFeatures())
    set_next_class(corrections, 1)
    judge(feature, result, corrections, 4, QgsProject.instance())
    assert codes(corrections) == [(4, 100.0)]
    judge(feature, result, corrections, None, QgsProject.instance())
    assert codes(corrections) == [(None, 100.0)]


def test_judgment_goes_into_the_edit_buffer_of_an_edited_layer(result, corrections):
    corrections.startEditing()
    judge(next(result.getFeatures()), result, corrections, 2, QgsProject.instance())
    assert codes(corrections) == [(2, 100.0)]
    corrections.rollBack()
    assert codes(corrections) == []


def test_reviewed_feature_has_its_mark(result):
    feature = next(result.getFeatures())
    mark_reviewed(feature, result)
    assert [each["status"] for each in result.getFeatures()] == ["reviewed", "fit"]


def test_one_press_judges_and_goes_on(result, corrections, qtbot):
    row = JudgingRow(QgsProject.instance())
    qtbot.addWidget(row)
    row.show()
    judged = []
    row.judged.connect(lambda: judged.append(1))
    first, second = result.getFeatures()
    row.show_feature(first, result)
    child(row, "review_right").click()
    row.show_feature(second, result)
    child(row, "review_wrong").click()
    assert codes(corrections) == [(2, 100.0), (None, 100.0)]
    row.say_is(4)
    assert codes(corrections) == [(2, 100.0), (4, 100.0)]
    assert len(judged) == 3
    assert [each["status"] for each in result.getFeatures()] == ["reviewed", "fit"]


def test_lines_cannot_be_judged(qtbot, qgis_new_project):
    line = QgsVectorLayer("LineString?crs=EPSG:25832", "Road centerlines", "memory")
    row = JudgingRow(QgsProject.instance())
    qtbot.addWidget(row)
    row.show_feature(QgsFeature(), line)
    assert not row.isEnabled()
