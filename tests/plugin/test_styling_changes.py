"""The layer of changes: hatched in the color of the class after, named by both classes."""

import pytest
from orthoscribe.plugin.protocol import ISPRS
from orthoscribe.plugin.styling.changes import style_changes
from orthoscribe.plugin.styling.raster import visible_color
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsFeature,
    QgsVectorLayer,
)


@pytest.fixture
def layer(qgis_app):
    fields = "field=before:string&field=after:string&field=area_m2:double"
    made = QgsVectorLayer(f"Polygon?crs=EPSG:25832&{fields}", "Changed", "memory")
    style_changes(made, ISPRS)
    return made


def test_hatching_has_the_color_of_the_class_after(layer):
    assert layer.renderer().classAttribute() == "after"
    for land_class, category in zip(ISPRS.classes, layer.renderer().categories(), strict=True):
        assert category.value() == land_class.name
        assert category.label() == f"Now {land_class.title}"
        hatch = category.symbol().symbolLayer(1)
        assert hatch.layerType() == "LinePatternFill"
        assert hatch.subSymbol().color() == visible_color(land_class)


def test_a_change_is_named_by_both_classes_and_its_area(layer):
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["low_vegetation", "tree", 1234.4])
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    name = QgsExpression(layer.displayExpression()).evaluate(context)
    assert name == "Low vegetation → Tree, 1,234 m²"
