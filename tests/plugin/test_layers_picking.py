# SPDX-License-Identifier: GPL-2.0-or-later
"""Shapes taken from a result, and places to look at next."""

from time import perf_counter

import numpy as np
import pytest
from orthoscribe.plugin.layers.picking import polygon_at, polygons_in, region_at, result_polygons
from orthoscribe.plugin.layers.results import ROLE, RUN_ID
from orthoscribe.plugin.layers.spots import (
    UNKNOWN,
    Spot,
    apart_of,
    find_spots,
    next_spot,
    shown_reach,
)
from orthoscribe.plugin.protocol import ISPRS
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

X, Y = 500_000, 5_400_000
UTM = QgsCoordinateReferenceSystem("EPSG:32632")


def at(x, y):
    return QgsPointXY(X + x, Y - y)


@pytest.fixture
def classes(painted_layer):
    """Return a class raster of 400 x 400 pixels: meadow with two houses and a large wood."""
    array = np.full((400, 400), 3)
    array[10:20, 10:30] = 2
    array[20:30, 30:40] = 2  # touches the first one at a corner only
    array[100:, 100:] = 4
    array[:5, 390:] = 0
    return painted_layer("classes", array)


def test_region_is_connected_by_edges(classes):
    picked = region_at(at(6, 7), classes, ISPRS)
    assert (picked.class_name, picked.is_cut) == ("building", False)
    assert picked.geometry.area() == pytest.approx(10 * 20 * 0.25)
    assert picked.geometry.boundingBox() == QgsRectangle(X + 5, Y - 10, X + 15, Y - 5)


def test_region_has_its_holes(classes):
    picked = region_at(at(45, 7), classes, ISPRS)
    assert picked.class_name == "low_vegetation"
    assert not picked.geometry.contains(QgsGeometry.fromPointXY(at(6, 7)))
    assert picked.geometry.isGeosValid()


def test_winding_region_is_followed(painted_layer):
    array = np.full((60, 60), 3)
    array[5:50, 5:8] = array[47:50, 5:50] = array[5:50, 47:50] = 2  # three sides of a square
    array[5:8, 20:50] = 2
    array[20:30, 20:30] = 2  # apart
    picked = region_at(at(3, 10), painted_layer("winding", array), ISPRS)
    assert picked.geometry.area() == pytest.approx(0.25 * ((array == 2).sum() - 100))


def test_large_region_is_cut_around_the_click(classes):
    picked = region_at(at(130, 130), classes, ISPRS)
    assert picked.is_cut
    box = picked.geometry.boundingBox()
    assert (box.width(), box.height()) == (150.0, 150.0)
    assert box.contains(at(130, 130))


def test_frayed_region_is_taken_in_a_moment(painted_layer):
    random = np.random.default_rng(1)
    classes = painted_layer("noise", np.where(random.random((400, 400)) < 0.3, 2, 3))
    start = perf_counter()
    picked = region_at(at(100, 100), classes, ISPRS) or region_at(at(101, 100), classes, ISPRS)
    assert perf_counter() - start < 3.0
    assert picked.is_cut
    assert picked.geometry.area() > 100


@pytest.mark.parametrize("point", [(197, 1), (-5, 5), (900, 900)])
def test_nothing_is_picked_where_nothing_is_labeled(classes, point):
    assert region_at(at(*point), classes, ISPRS) is None


def test_last_pixel_can_be_picked(classes):
    assert region_at(at(199.9, 199.9), classes, ISPRS).class_name == "tree"


@pytest.fixture
def layers(qgis_new_project):
    """Return the buildings and the coverage of a run, in the project, and a layer of another."""
    project = QgsProject.instance()

    def add(role, run_id, rows):
        layer = QgsVectorLayer("Polygon?crs=EPSG:32632&field=class:string", role, "memory")
        features = []
        for name, box in rows:
            feature = QgsFeature(layer.fields())
            feature.setAttributes([name])
            feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(at(*box[:2]), at(*box[2:]))))
            features.append(feature)
        layer.dataProvider().addFeatures(features)
        layer.updateExtents()
        layer.setCustomProperty(RUN_ID, run_id)
        layer.setCustomProperty(ROLE, role)
        project.addMapLayer(layer)
        return layer

    add("land_cover", "one", [("tree", (0, 0, 100, 100)), ("building", (200, 0, 210, 10))])
    add("buildings", "one", [("building", (10, 10, 20, 20))])
    add("buildings", "other", [("building", (0, 0, 50, 50))])
    yield result_polygons("one", project)
    project.clear()


def test_only_polygons_of_the_run_are_offered(layers):
    assert sorted(layer.name() for layer in layers) == ["buildings", "land_cover"]


def test_hidden_layers_are_left_out(layers):
    project = QgsProject.instance()
    project.layerTreeRoot().findLayer(layers[0].id()).setItemVisibilityChecked(False)
    assert result_polygons("one", project) == layers[1:]


def test_smallest_polygon_below_the_point_is_taken(layers):
    picked = polygon_at(at(15, 15), UTM, layers, QgsProject.instance())
    assert picked.class_name == "building"
    assert picked.geometry.area() == pytest.approx(100.0)
    assert polygon_at(at(50, 50), UTM, layers, QgsProject.instance()).class_name == "tree"
    assert polygon_at(at(150, 50), UTM, layers, QgsProject.instance()) is None


def test_polygon_is_returned_in_the_wanted_crs(layers):
    other = QgsCoordinateReferenceSystem("EPSG:4326")
    project = QgsProject.instance()
    from qgis.core import QgsCoordinateTransform

    point = QgsCoordinateTransform(UTM, other, project).transform(at(15, 15))
    picked = polygon_at(point, other, layers, project)
    assert picked.geometry.contains(point)


def test_polygons_within_a_box_are_found(layers):
    found = polygons_in(QgsRectangle(at(-1, 25), at(120, -1)), UTM, layers, QgsProject.instance())
    assert [each.class_name for each in found] == ["building"]
    found = polygons_in(QgsRectangle(at(-1, 150), at(300, -1)), UTM, layers, QgsProject.instance())
    assert len(found) == 3


@pytest.fixture
def confidence(painted_layer):
    array = np.full((400, 400), 90)
    array[200:212, 200:212] = 5
    array[40:52, 330:342] = 30
    return painted_layer("confidence", array)


def test_least_certain_place_comes_first(classes, confidence):
    first, second = find_spots(classes, confidence, classes)[:2]
    assert abs(first.point[0] - (X + 103)) < 7
    assert abs(first.point[1] - (Y - 103)) < 7
    assert first.code == 4
    assert first.confidence <= second.confidence < 90


def test_places_without_labels_are_left_out(painted_layer, confidence):
    array = np.zeros((400, 400))
    array[:100, :100] = 2
    classes = painted_layer("part", array)
    spots = find_spots(classes, confidence, classes)
    assert spots
    assert all(x < X + 55 and y > Y - 55 for x, y in (spot.point for spot in spots))


def test_places_at_the_edge_of_a_gap_are_left_out(painted_layer):
    array = np.full((2000, 2000), 3)
    array[:, :1000] = 0
    classes = painted_layer("half", array)
    sure = np.full((2000, 2000), 90)
    sure[:, 1000:1080] = 5  # as networks are where the image ends
    spots = find_spots(classes, painted_layer("sure", sure), classes)
    assert spots
    for spot in spots:
        left = (spot.point[0] - shown_reach(spot.reach, classes) - X) / 0.5
        right = left + 2 * shown_reach(spot.reach, classes) / 0.5
        assert min(right, 2000) - max(left, 1000) > 0.5 * (min(right, 2000) - left)


def test_gaps_of_an_image_without_a_result_are_left_out(painted_layer):
    array = np.full((400, 400), 0)
    array[:, 300:] = 7
    image = painted_layer("image", array, nodata=0)
    assert find_spots(None, None, image)
    assert min(spot.point[0] for spot in find_spots(None, None, image)) > X + 0.5 * 300


def test_places_of_a_narrow_strip_are_kept(painted_layer):
    array = np.full((400, 400), 0)
    array[190:206] = 3
    strip = painted_layer("strip", array)
    assert find_spots(strip, None, strip)


def test_without_confidence_places_are_spread(classes):
    spots = find_spots(None, None, classes)
    seen = []
    for _ in range(12):
        seen.append(next_spot(spots, seen, apart_of(classes)).point)
    assert {spot.confidence for spot in spots} == {UNKNOWN}
    gaps = [np.hypot(a[0] - b[0], a[1] - b[1]) for n, a in enumerate(seen) for b in seen[:n]]
    assert min(gaps) >= apart_of(classes)


def test_next_place_is_far_and_of_another_class():
    spots = [Spot((0, 0), 2, 1, 1), Spot((3, 0), 4, 2, 1), Spot((50, 0), 2, 3, 1),
             Spot((99, 0), 4, 4, 1)]  # fmt: skip
    seen = []
    for _ in spots:
        seen.append(next_spot(spots, seen, 10.0).point)
    assert seen == [(0, 0), (99, 0), (50, 0), (3, 0)]
    assert next_spot(spots, seen, 10.0) is None
    assert next_spot([], [], 10.0) is None
