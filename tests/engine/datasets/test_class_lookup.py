# SPDX-License-Identifier: GPL-2.0-or-later
"""Labels whose values do not follow the legend."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from orthoscribe.engine.datasets import read_classes, scenes_of, truth_in
from orthoscribe.engine.datasets.class_lookup import find_class
from orthoscribe.engine.datasets.truth_source import Truth
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import ISPRS, InputError
from orthoscribe.engine.raster.opening import grid_of, open_raster
from orthoscribe.tests.scenes import NORTH_UP, UTM32, speckle, write_raster

LIDAR = ("3=low_vegetation", "5=Tree", "6=building")
POINTS = np.array([[3, 3, 5, 5], [6, 6, 1, 0]], np.uint8)
MEANT = np.array([[2, 2, 3, 3], [1, 1, IGNORED, IGNORED]])


def read(path, label_values, shape=(2, 4)):
    image = write_raster(path.parent / "image.tif", speckle(3, *shape))
    with open_raster(image, "image") as dataset:
        grid = grid_of(dataset, "image")
    return read_classes(truth_in(str(path), label_values=label_values), grid, ISPRS)


def write(path, values, **options):
    write_raster(path, values, **options)
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32])
def test_codes_mean_what_is_said_and_nothing_else(tmp_path, dtype):
    path = write(tmp_path / "labels.tif", POINTS.astype(dtype))
    np.testing.assert_array_equal(read(path, LIDAR), MEANT)


def test_several_values_may_mean_one_class_and_be_large(tmp_path):
    path = write(tmp_path / "labels.tif", np.array([[311, 312, 70_000, 9]], np.int32))
    found = read(path, ("311=tree", "312=4", "70000=Building"), (1, 4))
    np.testing.assert_array_equal(found, [[3, 3, 1, IGNORED]])


def test_first_band_holds_the_codes_of_several(tmp_path):
    path = write(tmp_path / "labels.tif", np.stack([POINTS, POINTS * 0, POINTS * 0]))
    np.testing.assert_array_equal(read(path, LIDAR), MEANT)


def test_zero_may_be_a_class_but_not_where_there_are_no_labels(tmp_path):
    shifted = NORTH_UP @ NORTH_UP.translation(2, 0)
    mask = np.array([[0, 1, 1, 0], [0, 0, 254, 255]], np.uint8)
    path = write(tmp_path / "mask.tif", mask, transform=shifted)
    found = read(path, ("0=low_vegetation", "1=building", "254=car"), (2, 6))
    unknown = np.full((2, 2), IGNORED)
    known = np.array([[2, 1, 1, 2], [2, 2, 4, IGNORED]])
    np.testing.assert_array_equal(found, np.hstack([unknown, known]))


@pytest.mark.parametrize("placed", [{}, {"crs": None, "transform": None}])
@pytest.mark.parametrize("nodata", [0, 1, 9])
def test_what_is_said_counts_even_of_nodata(tmp_path, nodata, placed):
    mask = np.array([[0, 1], [9, 1]], np.uint8)
    path = write(tmp_path / "mask.tif", mask, nodata=nodata, **placed)
    found = read(path, ("0=low_vegetation", "1=building"), (2, 2))
    np.testing.assert_array_equal(found, [[2, 1], [IGNORED, 1]])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8])
def test_labels_may_explain_every_value_there_is(tmp_path, dtype):
    shifted = NORTH_UP @ NORTH_UP.translation(1, 0)
    path = write(tmp_path / "mask.tif", np.array([[0, 100], [3, 5]], dtype), transform=shifted)
    found = read(path, tuple(f"{code}=tree" for code in range(-128, 256)), (2, 3))
    np.testing.assert_array_equal(found, [[IGNORED, 3, 3], [IGNORED, 3, 3]])


def test_polygon_without_meaning_hides_the_one_below(tmp_path):
    x, y = NORTH_UP.c, NORTH_UP.f
    squares = [shapely.box(x, y - 1, x + 2, y), shapely.box(x + 1, y - 1, x + 2, y)]
    path = tmp_path / "drawn.gpkg"
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(squares)), [np.array(["wood", "lake"])], ["class"],
        driver="GPKG", geometry_type="Polygon", crs=UTM32,
    )  # fmt: skip
    np.testing.assert_array_equal(read(path, ("wood=tree",))[0], [3, 3, IGNORED, IGNORED])


@pytest.mark.parametrize("values", [["house", "wood", "lake"], [10, 20, 30], [10.0, 20.0, 30.0]])
def test_polygons_mean_what_is_said_and_others_are_unknown(tmp_path, values):
    x, y = NORTH_UP.c, NORTH_UP.f
    squares = [shapely.box(x + i, y - 1, x + i + 1, y) for i in range(3)]
    path = tmp_path / "drawn.gpkg"
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(squares)), [np.array(values)], ["class"], driver="GPKG",
        geometry_type="Polygon", crs=UTM32,
    )  # fmt: skip
    said = ("House=building", "Wood=tree") if values[0] == "house" else ("10=building", "20=tree")
    found = read(path, said, (2, 6))
    np.testing.assert_array_equal(found[0], [1, 1, 3, 3, IGNORED, IGNORED])


def test_folder_of_tiles_takes_them_too(tmp_path):
    for name in ("images", "labels"):
        (tmp_path / name).mkdir()
    write(tmp_path / "images/a.tif", speckle(3, 2, 4))
    write(tmp_path / "labels/a.tif", POINTS)
    (scene,) = scenes_of("folder", str(tmp_path), "all", label_values=LIDAR)
    assert scene.truth.meanings == {"3": "low_vegetation", "5": "Tree", "6": "building"}


def test_class_that_nobody_knows_is_named_with_those_there_are(tmp_path):
    path = write(tmp_path / "labels.tif", POINTS)
    with pytest.raises(
        InputError, match=r"9 means 'water', which is none of .*building.*write one"
    ):
        read(path, ("9=water",))


def test_words_for_codes_of_a_raster_are_refused(tmp_path):
    path = write(tmp_path / "labels.tif", POINTS)
    with pytest.raises(InputError, match=r"lists house, nan, which is not a number.*6=building"):
        read(path, ("house=building", "5=tree", "nan=car"))


def test_code_in_two_spellings_is_refused(tmp_path):
    path = write(tmp_path / "labels.tif", POINTS)
    with pytest.raises(InputError, match="a code is listed twice"):
        read(path, ("6=building", "06=tree"))


def test_labels_without_any_known_class_hint_at_their_values(tmp_path):
    path = write(tmp_path / "labels.tif", np.full((2, 4), 40, np.uint8))
    with pytest.raises(InputError, match="label_values"):
        read(path, ())
    with pytest.raises(InputError, match="none of the values 5, 6 "):
        read(path, ("5=tree", "6=building"))


def test_classes_are_found_by_code_name_and_title():
    said = (1, "building", "Low vegetation", "swamp")
    assert [find_class(one, ISPRS) for one in said] == [0, 1, 2, None]


def test_colors_cannot_be_explained():
    with pytest.raises(ValueError, match="label values need codes or polygons"):
        Truth("labels.tif", "colors", label_values=("1=tree",))
    with pytest.raises(ValueError, match="codes, colors, polygons"):
        Truth("labels.tif", "sounds")
