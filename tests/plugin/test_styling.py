"""How results look."""

import pytest
from orthoscribe.plugin.protocol import ISPRS, LandClass, Legend
from orthoscribe.plugin.styling.raster import style_class_layer
from orthoscribe.plugin.styling.vector import GRAY, style_polygons
from qgis.core import QgsRasterLayer, QgsRectangle, QgsVectorLayer
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
    assert drawn_color(layer).getRgb() == (*land_class.color, 255)


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
    assert (entry.value, entry.label) == (9, "Water, 25,000 m² (2.50 ha)")


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
def test_polygons_are_filled_with_the_color_of_their_class(role, legend, color):
    layer = QgsVectorLayer("Polygon?crs=EPSG:32632", role, "memory")
    style_polygons(layer, role, legend)
    symbol = layer.renderer().symbol().symbolLayer(0)
    assert symbol.fillColor().getRgb()[:3] == color
    assert 0 < symbol.fillColor().alpha() < 128
    assert symbol.strokeColor().alpha() == 255
    assert symbol.strokeColor().lightness() < symbol.fillColor().lightness()


def test_unknown_role_has_no_look():
    with pytest.raises(KeyError):
        style_polygons(QgsVectorLayer("Polygon", "x", "memory"), "rivers", ISPRS)
