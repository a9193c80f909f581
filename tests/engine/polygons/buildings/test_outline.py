import pytest
import shapely
from orthoscribe.engine.polygons.buildings.outline import RegularizedOutline

SQUARE = shapely.box(0, 0, 2, 2)
BOW = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


@pytest.mark.parametrize(
    ("polygon", "status", "score"),
    [
        (BOW, "fit", 1.0),
        (shapely.Polygon(), "fit", 1.0),
        (shapely.MultiPolygon([SQUARE]), "fit", 1.0),
        (SQUARE, "good", 1.0),
        (SQUARE, "fit", 1.5),
        (SQUARE, "fit", float("nan")),
    ],
)
def test_outline_refuses_what_is_none(polygon, status, score):
    with pytest.raises(ValueError, match=r"polygon|status|IoU"):
        RegularizedOutline(polygon, status, score)


def test_outline_keeps_a_valid_polygon():
    assert RegularizedOutline(SQUARE, "fit", 1).polygon.area == 4
