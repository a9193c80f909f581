# SPDX-License-Identifier: GPL-2.0-or-later
"""Drawn polygons: counts, groups, lights, and each finding with its place."""

import numpy as np
import pytest
from orthoscribe.plugin.layers.drawn_findings import drawn_findings
from orthoscribe.plugin.layers.drawn_polygons import (
    ClassCount,
    codes_by_value,
    count_classes,
    count_groups,
    drawn_polygons,
)
from orthoscribe.plugin.protocol import ISPRS
from qgis.core import QgsFeature, QgsGeometry, QgsProject, QgsVectorLayer

X, Y = 500_000, 5_400_000  # upper left corner of the image, 200 x 200 pixels of 0.5 m
BOW_TIE = f"POLYGON(({X} {Y - 9}, {X + 9} {Y}, {X + 9} {Y - 9}, {X} {Y}, {X} {Y - 9}))"
CODES = codes_by_value(ISPRS, {})


def square(x, y, size=5.0):
    """Return a square with its upper left corner x and y meters from that of the image."""
    left, top = X + x, Y - y
    return (
        f"POLYGON(({left} {top}, {left + size} {top}, {left + size} {top - size}, "
        f"{left} {top - size}, {left} {top}))"
    )


@pytest.fixture
def image(painted_layer):
    array = np.full((3, 200, 200), 7)
    array[:, :40, 160:] = 0  # the upper right corner has no values
    return painted_layer("image", array, nodata=0)


def drawn(rows, kind="integer", crs="EPSG:32632"):
    layer = QgsVectorLayer(f"Polygon?crs={crs}&field=class:{kind}", "drawn", "memory")
    features = []
    for value, wkt in rows:
        feature = QgsFeature(layer.fields())
        feature.setAttributes([value])
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        features.append(feature)
    assert layer.dataProvider().addFeatures(features)[0]
    return layer


def read(layer, image, codes=CODES):
    return drawn_polygons(layer, "class", codes, image, QgsProject.instance())


def kinds(layer, image, codes=CODES):
    return [each.kind for each in drawn_findings(layer, read(layer, image, codes), image)]


def test_classes_are_counted_with_area_and_groups(image):
    layer = drawn([(2, square(5, 5)), (2, square(12, 5)), (2, square(80, 80)), (4, square(5, 50))])
    counts = {each.code: each for each in count_classes(read(layer, image), ISPRS, 20.0)}
    assert counts[2] == ClassCount(2, 3, 2, pytest.approx(75.0, rel=0.01))
    assert counts[4] == ClassCount(4, 1, 1, pytest.approx(25.0, rel=0.01))
    assert counts[1] == ClassCount(1)


@pytest.mark.parametrize(
    ("polygons", "groups", "light"),
    [
        (0, 0, "red"),
        (2, 2, "red"),
        (3, 3, "amber"),
        (4, 2, "amber"),
        (9, 1, "amber"),
        (5, 2, "green"),
    ],
)
def test_light_follows_number_and_spread(polygons, groups, light):
    assert ClassCount(1, polygons, groups).light == light


def test_groups_are_chains_of_neighbors():
    chain = [QgsGeometry.fromWkt(square(10 * n, 0)) for n in range(4)]
    assert count_groups(chain, 5.0) == 1
    assert count_groups(chain, 4.9) == 4
    assert count_groups([], 5.0) == 0


def test_values_are_codes_names_or_what_they_are_said_to_mean():
    assert (CODES["2"], CODES["building"], CODES["low_vegetation"]) == (2, 2, 3)
    mapped = codes_by_value(ISPRS, {"6": "building", "wood": "tree", "x": "nothing"})
    assert mapped == {"6": 2, "wood": 4}


def test_good_polygons_have_no_findings(image):
    assert kinds(drawn([(2, square(5, 5)), (4, square(10, 5))]), image) == []


@pytest.mark.parametrize(
    ("value", "wkt", "kind"),
    [
        (None, square(5, 5), "no_class"),
        (77, square(5, 5), "other_value"),
        (2, square(200, 5), "outside"),
        (2, square(98, 5), "outside"),
        (2, square(85, 5), "nodata"),
        (2, square(5, 5, 0.9), "small"),
        (
            2,
            f"POLYGON(({X} {Y - 9}, {X + 9} {Y}, {X + 9} {Y - 9}, {X} {Y}, {X} {Y - 9}))",
            "invalid",
        ),
    ],
)
def test_each_fault_is_found_and_can_be_shown(image, value, wkt, kind):
    layer = drawn([(2, square(40, 40)), (value, wkt)])
    (found,) = drawn_findings(layer, read(layer, image), image)
    assert found.kind == kind
    assert found.fids == (2,)
    assert "olygon 2" in found.sentence
    assert not found.place.isEmpty()


def test_overlap_of_two_classes_is_found_once(image):
    layer = drawn([(2, square(5, 5)), (4, square(8, 5)), (2, square(6, 6)), (4, square(30, 30))])
    found = drawn_findings(layer, read(layer, image), image)
    assert [(each.kind, each.fids) for each in found] == [
        ("overlap", (1, 2)), ("overlap", (2, 3)),
    ]  # fmt: skip
    assert found[0].place.area() == pytest.approx(10.0)


def test_sliver_between_neighbors_is_none(image):
    assert kinds(drawn([(2, square(5, 5)), (4, square(9.9, 5))]), image) == []


def test_polygons_in_another_crs_are_placed_on_the_image(image):
    layer = drawn([(2, "POLYGON((9.0001 48.75, 9.0002 48.75, 9.0002 48.7499, 9.0001 48.75))")],
                  crs="EPSG:4326")  # fmt: skip
    assert kinds(layer, image)[0] == "other_crs"
    (polygon,) = read(layer, image)
    assert polygon.geometry.boundingBox().xMinimum() > 400_000


def test_unsaved_edits_are_found(image):
    layer = drawn([(2, square(5, 5))])
    layer.startEditing()
    assert kinds(layer, image) == []
    layer.deleteFeature(1)
    assert kinds(layer, image) == ["unsaved"]
    layer.rollBack()


def test_latest_polygons_are_checked(image):
    layer = drawn([(2, square(2 * (n % 40), 25 + 2 * (n // 40), 1.9)) for n in range(600)])
    assert layer.dataProvider().changeAttributeValues({3: {0: None}, 600: {0: None}})
    found = drawn_findings(layer, read(layer, image), image)
    assert [(each.kind, each.fids) for each in found] == [("many", ()), ("no_class", (600,))]


def test_thousand_polygons_are_checked_in_a_moment(image):
    from time import perf_counter

    layer = drawn([(2 + n % 2, square(2 * (n % 40), 25 + 2 * (n // 40), 1.9)) for n in range(1000)])
    start = perf_counter()
    polygons = read(layer, image)
    assert [each.kind for each in drawn_findings(layer, polygons, image)] == ["many"]
    count_classes(polygons, ISPRS, 20.0)
    assert perf_counter() - start < 3.0
