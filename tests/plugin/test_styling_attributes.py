# SPDX-License-Identifier: GPL-2.0-or-later
"""What a person reads in the attribute table, in map tips and as the name of a feature."""

import pytest
from orthoscribe.plugin.protocol import ISPRS, POLYGON_LAYERS
from orthoscribe.plugin.styling.attributes import describe_attributes, display_expression
from orthoscribe.plugin.styling.vector import style_polygons
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsGeometry,
    QgsVectorLayer,
)

FIELDS = "field=fid:integer&field=id:integer&field=class:string&field=area_m2:double"
ORIGIN = {"model": "Anna's towns", "source": "ortho", "run_id": "7f", "labeled": "2026-11-29"}
SQUARE = QgsGeometry.fromWkt("POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))")


@pytest.fixture
def buildings(qgis_app):
    """Return a layer with one building, with all fields that the tests read."""
    layer = QgsVectorLayer(
        f"Polygon?crs=EPSG:32632&{FIELDS}&field=confidence:double", "Buildings", "memory"
    )
    add(layer, 1, 12, "building", 1234.6, 87.6)
    return layer


def add(layer, *values):
    feature = QgsFeature(layer.fields())
    feature.setAttributes(list(values))
    feature.setGeometry(SQUARE)
    assert layer.dataProvider().addFeature(feature)


def evaluate(layer, expression):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    return QgsExpression(expression).evaluate(context)


def map_tip(layer):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


def columns(layer):
    return {each.name: not each.hidden for each in layer.attributeTableConfig().columns()}


def test_feature_is_named_by_number_area_and_confidence(buildings):
    describe_attributes(buildings, "buildings", ISPRS, ORIGIN)
    name = evaluate(buildings, buildings.displayExpression())
    assert name.replace("\xa0", ",") == "Building 12, 1,235 m², 88 %"


def test_unknown_confidence_is_left_out_of_the_name(qgis_app):
    layer = QgsVectorLayer(f"Polygon?{FIELDS}&field=confidence:double", "Buildings", "memory")
    add(layer, 1, 3, "building", 95.0, None)
    describe_attributes(layer, "buildings", ISPRS, {})
    assert evaluate(layer, layer.displayExpression()) == "Building 3, 95 m²"
    assert "Confidence" not in map_tip(layer)


@pytest.mark.parametrize("role", [layer.name for layer in POLYGON_LAYERS])
def test_layer_without_any_field_has_a_name(qgis_app, role):
    layer = QgsVectorLayer("Polygon?field=other:string", role, "memory")
    add(layer, "x")
    describe_attributes(layer, role, ISPRS, {})
    assert evaluate(layer, layer.displayExpression()).endswith(" 1")


def test_unknown_role_has_no_name():
    with pytest.raises(KeyError):
        display_expression("rivers", [])


def test_table_tells_run_model_image_and_date(buildings):
    describe_attributes(buildings, "buildings", ISPRS, ORIGIN)
    feature = next(buildings.getFeatures())
    assert {name: feature[name] for name in ORIGIN} == ORIGIN
    assert buildings.attributeDisplayName(buildings.fields().lookupField("model")) == "Model"
    assert buildings.dataProvider().fields().lookupField("model") < 0


def test_field_of_the_file_is_not_covered(qgis_app):
    layer = QgsVectorLayer("Polygon?field=model:string", "Buildings", "memory")
    add(layer, "of the engine")
    describe_attributes(layer, "buildings", ISPRS, ORIGIN)
    assert next(layer.getFeatures())["model"] == "of the engine"
    assert [field.name() for field in layer.fields()].count("model") == 1


def test_fid_is_hidden_and_the_rest_is_not(buildings):
    describe_attributes(buildings, "buildings", ISPRS, ORIGIN)
    shown = columns(buildings)
    assert shown.pop("fid") is False
    assert all(shown[name] for name in ("id", "class", "area_m2", "confidence", "model"))
    assert buildings.editorWidgetSetup(0).type() == "Hidden"


def test_class_is_shown_by_its_title(buildings):
    describe_attributes(buildings, "buildings", ISPRS, {})
    assert evaluate(buildings, "represent_value(\"class\", 'class')") == "Building"


def test_map_tip_lists_values_with_titles(buildings):
    describe_attributes(buildings, "buildings", ISPRS, ORIGIN)
    text = map_tip(buildings)
    for part in ("Buildings: Building 12", "Confidence (%)", "88", "Anna's towns", "ortho"):
        assert part in text
    assert "[%" not in text
    assert "Mean height" not in text


def test_both_styles_keep_titles_names_and_virtual_fields(buildings):
    describe_attributes(buildings, "buildings", ISPRS, ORIGIN)
    style_polygons(buildings, "buildings", ISPRS)
    before = buildings.displayExpression()
    for style in ("Confidence", "Class"):
        assert buildings.styleManager().setCurrentStyle(style)
        names = [field.name() for field in buildings.fields()]
        assert names.count("model") == 1
        assert next(buildings.getFeatures())["model"] == "Anna's towns"
        assert buildings.displayExpression() == before
        assert columns(buildings)["fid"] is False


def test_measures_follow_an_edit(qgis_app):
    fields = "field=area_m2:double&field=perimeter_m:double&field=status:string"
    layer = QgsVectorLayer(f"Polygon?crs=EPSG:32632&{fields}", "Buildings", "memory")
    add(layer, 999.0, 999.0, "fit")
    describe_attributes(layer, "buildings", ISPRS, {})
    layer.startEditing()
    number = next(layer.getFeatures()).id()
    smaller = QgsGeometry.fromWkt("POLYGON((0 0, 5 0, 5 10, 0 10, 0 0))")
    assert layer.changeGeometry(number, smaller)
    edited = next(layer.getFeatures())
    assert edited["area_m2"] == pytest.approx(50, rel=1e-2)
    assert edited["perimeter_m"] == pytest.approx(30, rel=1e-2)
    assert edited["status"] == "edited"
    layer.rollBack()
