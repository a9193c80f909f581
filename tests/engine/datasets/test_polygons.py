# SPDX-License-Identifier: GPL-2.0-or-later
"""Polygons as labels: missing classes, ways to write one, and polygons that need mending."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from orthoscribe.engine.datasets import read_classes, truth_in
from orthoscribe.engine.metrics import IGNORED
from orthoscribe.engine.protocol import ISPRS, InputError
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.tests.scenes import NORTH_UP, UTM32
from rasterio.crs import CRS

GRID = RasterGrid(CRS.from_string(UTM32), NORTH_UP, 4, 16)
X, Y = NORTH_UP.c, NORTH_UP.f


def write(path, values, geometries=None, field="class"):
    """Write squares of 2 x 2 px, side by side, one for each value."""
    squares = [shapely.box(X + i, Y - 1, X + i + 1, Y) for i in range(len(values))]
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(geometries or squares, object)), [np.array(values)], [field],
        driver="GPKG", geometry_type="Unknown", crs=UTM32,
    )  # fmt: skip
    return str(path)


def read(path, label_values=(), class_field=""):
    """Return the class under each square, and what was warned of."""
    said = []
    truth = truth_in(path, class_field, label_values)
    return read_classes(truth, GRID, ISPRS, said.append)[0, ::2], said


@pytest.mark.parametrize(
    "values",
    [
        np.array([2.0, np.nan, 4.0, np.nan]),
        np.array(["building", None, "tree", ""], object),
        np.array(["2", "  ", "4.0", None], object),
    ],
    ids=["numbers", "names", "codes in text"],
)
def test_polygon_without_a_class_is_unknown_and_told(tmp_path, values):
    found, said = read(write(tmp_path / "drawn.gpkg", values))
    assert found.tolist() == [1, IGNORED, 3, IGNORED] + [IGNORED] * 4
    (warning,) = said
    assert "2 polygons of 4 have no class (NULL or empty), so they count as unknown" in warning


def test_polygon_without_a_class_is_told_with_label_values_too(tmp_path):
    path = write(tmp_path / "drawn.gpkg", np.array(["house", None, "lake"], object))
    found, said = read(path, ("house=building",))
    assert found.tolist() == [1] + [IGNORED] * 7
    assert "1 polygon of 3 has no class (NULL or empty), so it counts as unknown" in said[0]


@pytest.mark.parametrize(
    "ways",
    [
        ["2", "2.0", " 2 ", "02", "building", "Building", " building ", "BUILDING"],
        ["3", "low_vegetation", "low vegetation", "Low vegetation", "low-vegetation",
         "LOW  VEGETATION", "Low_Vegetation", "3.00"],
    ],
    ids=["building", "low vegetation"],
)  # fmt: skip
def test_class_is_understood_however_it_is_written(tmp_path, ways):
    found, said = read(write(tmp_path / "drawn.gpkg", ways))
    assert len(set(found.tolist())) == 1
    assert said == []


def test_all_unknown_classes_are_named_at_once(tmp_path):
    path = write(tmp_path / "drawn.gpkg", ["Road", "building", "Grass", "House", "Grass"])
    with pytest.raises(InputError, match="classes 'Road', 'Grass', 'House', none of which"):
        read(path)
    with pytest.raises(InputError, match="road means 'street', grass means 'lawn', none of which"):
        read(path, ("Road=street", "Grass=lawn", "House=building"))
    with pytest.raises(InputError, match=r"class '2\.5', which is none of"):
        read(write(tmp_path / "half.gpkg", [2.5, 2.0]))


def test_bow_tie_is_mended_as_in_areas(tmp_path):
    bow = shapely.Polygon([(X, Y), (X + 2, Y - 2), (X + 2, Y), (X, Y - 2)])
    path = write(tmp_path / "bow.gpkg", [2], [bow])
    classes = read_classes(truth_in(path), GRID, ISPRS)
    assert (classes[:, :4] == 1).sum() == 8
    assert classes[0, 1] == IGNORED


def test_features_that_are_left_out_are_told(tmp_path):
    path = write(tmp_path / "mixed.gpkg", [2, 4], [shapely.box(X, Y - 1, X + 1, Y), None])
    found, said = read(path)
    assert found[0] == 1
    assert said == [f"Features of the labels {path} were left out: 1 without a geometry."]


def test_field_is_found_in_any_case(tmp_path):
    assert read(write(tmp_path / "drawn.gpkg", ["car"], field="CLASS"))[0][0] == 4
    assert read(write(tmp_path / "own.gpkg", ["car"], field="Kind"), class_field="kind")[0][0] == 4
