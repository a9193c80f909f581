"""How results look."""

import pytest
from orthoscribe.plugin.protocol import ISPRS, LandClass, Legend
from orthoscribe.plugin.styling.raster import style_class_layer, visible_color
from orthoscribe.plugin.styling.vector import GRAY, style_polygons
from qgis.core import QgsFeature, QgsRasterLayer, QgsRectangle, QgsVectorLayer
from qgis.PyQt.QtGui import QColor


@pytest.fixture
def class_layer(write_raster):
    """Return a function from a code to a raster of nothing else."""
    return lambda code: QgsRasterLayer(str(write_raster(f"{code}.tif", 1, code=code)), "classes")


def drawn_color(layer):
    """Return the color of the middle of the layer as the map draws it."""
    block = layer.renderer().block(1, QgsRectangle(layer.extent()), 8, 8)
    return QColor.fromRgba(block.color(4, 4))


@pytest.mark.parametrize("land_class", ISPRS.classes, ids=lambda each: each.name)
def test_class_is_drawn_in_its_color(class_layer, land_class):
    layer = class_layer(land_class.code)
    style_class_layer(layer, ISPRS)
    assert layer.renderer().opacity() == pytest.approx(0.6)
    layer.renderer().setOpacity(1.0)
    assert drawn_color(layer) == visible_color(land_class)


def test_only_white_is_drawn_in_another_color_than_the_legend_says():
    changed = [each.name for each in ISPRS.classes if visible_color(each) != QColor(*each.color)]
    assert changed == ["impervious_surface"]
    white = visible_color(ISPRS.named("impervious_surface"))
    assert 0.7 < white.lightnessF() < 0.9


@pytest.mark.parametrize("code", [0, 77])
def test_what_the_legend_does_not_name_is_transparent(class_layer, code):
    layer = class_layer(code)
    style_class_layer(layer, ISPRS)
    assert drawn_color(layer).alpha() == 0


def test_palette_follows_the_legend(class_layer):
    layer = class_layer(9)
    style_class_layer(
        layer, Legend((LandClass(9, "water", "Water", (1, 2, 3)),)), {"water": 25_000}
    )
    (entry,) = layer.renderer().classes()
    assert (entry.value, entry.label) == (9, "Water · 2.50 ha (100 %)")


def test_entry_tells_percent_of_the_labeled_area(class_layer):
    layer = class_layer(1)
    areas = {"building": 31.0, "tree": 900.0, "car": 1.0, "unlabeled": 5e6}
    style_class_layer(layer, ISPRS, areas)
    labels = [entry.label for entry in layer.renderer().classes()]
    assert labels[1] == "Building · 31 m² (3 %)"
    assert labels[3] == "Tree · 900 m² (97 %)"
    assert labels[4] == "Car · 1 m² (<1 %)"
    assert labels[0] == "Impervious surface"


PINK = Legend((LandClass(1, "building", "Building", (250, 100, 150)),))


@pytest.mark.parametrize(
    ("role", "legend", "color"),
    [
        ("buildings", ISPRS, (0, 0, 255)),
        ("cars", ISPRS, (255, 255, 0)),
        ("buildings", PINK, (250, 100, 150)),
        ("roads", ISPRS, GRAY.getRgb()[:3]),
        ("cars", PINK, GRAY.getRgb()[:3]),
    ],
)
def test_polygons_are_outlines_in_the_color_of_their_class(role, legend, color):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632", role, "memory")
    style_polygons(layer, role, legend)
    symbol = layer.renderer().symbol().symbolLayer(0)
    assert symbol.fillColor().getRgb()[:3] == color
    assert 0 < symbol.fillColor().alpha() < 64
    assert symbol.strokeColor().getRgb() == (*color, 255)


@pytest.mark.parametrize("geometry", ["LineString", "Point"])
def test_lines_and_points_get_the_color_too(geometry):
    layer = QgsVectorLayer(geometry, "x", "memory")
    style_polygons(layer, "cars", ISPRS)
    assert layer.renderer().symbol().color().getRgb()[:3] == (255, 255, 0)


def with_confidences(*values):
    layer = QgsVectorLayer("Polygon?field=confidence:double", "x", "memory")
    for value in values:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([value])
        layer.dataProvider().addFeature(feature)
    return layer


def test_confidence_is_a_second_style_and_class_is_current():
    layer = with_confidences(20.0, None, 95.0)
    style_polygons(layer, "buildings", ISPRS)
    styles = layer.styleManager()
    assert sorted(styles.styles()) == ["Class", "Confidence"]
    assert styles.currentStyle() == "Class"
    assert layer.renderer().type() == "singleSymbol"
    styles.setCurrentStyle("Confidence")
    ranges = layer.renderer().ranges()
    assert [(each.lowerValue(), each.upperValue()) for each in ranges] == [
        (0, 50), (50, 70), (70, 80), (80, 90), (90, 100),
    ]  # fmt: skip
    assert len({each.symbol().symbolLayer(0).strokeColor().name() for each in ranges}) == 5


def test_styled_twice_is_styled_once():
    layer = with_confidences(20.0)
    for _ in range(2):
        style_polygons(layer, "buildings", ISPRS)
    assert sorted(layer.styleManager().styles()) == ["Class", "Confidence"]


@pytest.mark.parametrize("values", [(), (None, None)])
def test_without_confidences_there_is_no_style_of_them(values):
    layer = with_confidences(*values)
    style_polygons(layer, "buildings", ISPRS)
    assert layer.styleManager().styles() == ["Class"]


def test_unknown_role_has_no_look():
    with pytest.raises(KeyError):
        style_polygons(QgsVectorLayer("Polygon", "x", "memory"), "rivers", ISPRS)
