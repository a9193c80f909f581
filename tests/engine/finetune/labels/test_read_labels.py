# SPDX-License-Identifier: GPL-2.0-or-later
"""Drawn polygons become pixels; what cannot be used is told, and contradictions are refused."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import rasterio.warp
import shapely
from orthoscribe.engine.datasets import truth_in
from orthoscribe.engine.finetune.labels.read_labels import read_labels, refuse_labels
from orthoscribe.engine.protocol import ISPRS, InputError
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.reader import Chip
from orthoscribe.tests.scenes import NORTH_UP, UTM32
from rasterio.crs import CRS

X, Y, GSD_M = NORTH_UP.c, NORTH_UP.f, NORTH_UP.a


class Pixels:
    """A scene of 60 x 80 px, valid but for its last 20 columns; counts the pixels read."""

    def __init__(self, height=60, width=80):
        self.grid = RasterGrid(CRS.from_string(UTM32), NORTH_UP, height, width)
        self.most_read_px = 0

    def read(self, window):
        self.most_read_px = max(self.most_read_px, window.height * window.width)
        cols = np.arange(window.col, window.col + window.width)
        valid = np.broadcast_to(cols < self.grid.width - 20, (window.height, window.width))
        return Chip(np.zeros((3, *valid.shape), np.float32), None, valid)


def square(row, col, height, width):
    """Return a rectangle that covers whole pixels."""
    left, top = X + col * GSD_M, Y - row * GSD_M
    return shapely.box(left, top - height * GSD_M, left + width * GSD_M, top)


def write(path, drawn, crs=UTM32, driver="GPKG"):
    shapes, values = zip(*drawn, strict=True) if drawn else ((), ())
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array(shapes, object)), [np.array(values, object)], ["class"],
        driver=driver, geometry_type="Unknown" if driver == "GPKG" else "Polygon", crs=crs,
    )  # fmt: skip
    return str(path)


def read(path, pixels=None, label_values=()):
    said = []
    truth = truth_in(path, "", label_values)
    return read_labels(pixels or Pixels(), truth, ISPRS, said.append), said


@pytest.mark.parametrize("driver", ["GPKG", "ESRI Shapefile", "GeoJSON"])
def test_polygon_is_shrunk_by_one_pixel(tmp_path, driver):
    suffix = {"GPKG": "gpkg", "ESRI Shapefile": "shp", "GeoJSON": "geojson"}[driver]
    drawn = [(square(10, 20, 6, 8), "building"), (square(30, 4, 5, 5), "tree")]
    (house, tree), said = read(write(tmp_path / f"drawn.{suffix}", drawn, driver=driver))
    assert said == []
    assert house.window == (11, 21, 4, 6)
    assert house.mask.all()
    assert (house.class_index, tree.class_index) == (1, 3)
    assert house.area_m2 == pytest.approx(24 * GSD_M**2, rel=2e-3)
    assert square(10, 20, 6, 8).contains(shapely.Point(house.center))
    assert tree.fid == house.fid + 1


def test_polygon_that_would_vanish_keeps_its_size(tmp_path):
    (one,), _ = read(write(tmp_path / "a.gpkg", [(square(10, 20, 2, 9), "car")]))
    assert one.window == (10, 20, 2, 9)


def test_layer_of_a_file_is_read(tmp_path):
    path = write(tmp_path / "a.gpkg", [(square(10, 20, 6, 8), "car")])
    pyogrio.raw.write(
        path, shapely.to_wkb(np.array([square(1, 1, 6, 6)], object)), [np.array(["tree"], object)],
        ["class"], layer="more", driver="GPKG", geometry_type="Polygon", crs=UTM32, append=True,
    )  # fmt: skip
    (one,), _ = read(f"{path}|layername=more")
    assert one.class_index == 3


def test_parts_of_a_multipolygon_are_one_polygon(tmp_path):
    both = shapely.MultiPolygon([square(5, 5, 5, 5), square(5, 20, 5, 5)])
    (one,), _ = read(write(tmp_path / "a.gpkg", [(both, "car")]))
    assert one.window == (6, 6, 3, 18)
    assert one.pixels == 18


def test_bow_tie_keeps_both_loops(tmp_path):
    corners = [(10, 10), (30, 30), (30, 10), (10, 30)]
    bow = shapely.Polygon([(X + col * GSD_M, Y - row * GSD_M) for row, col in corners])
    (one,), _ = read(write(tmp_path / "a.gpkg", [(bow, "car")]))
    assert one.mask[:, 2].any()
    assert one.mask[:, -3].any()
    assert 100 < one.pixels < 200


def test_polygons_in_another_crs_are_reprojected(tmp_path):
    here = square(10, 20, 10, 10)

    def to_degrees(points):
        return np.stack(rasterio.warp.transform(UTM32, "EPSG:4326", *points.T), axis=1)

    path = write(tmp_path / "a.gpkg", [(shapely.transform(here, to_degrees), "car")], "EPSG:4326")
    (one,), _ = read(path)
    assert one.window == (11, 21, 8, 8)


def test_only_valid_pixels_count_and_the_rest_is_told(tmp_path):
    drawn = [
        (square(10, 52, 10, 20), "building"),  # half of it on nodata
        (square(10, 65, 5, 5), "building"),  # on nodata
        (square(10, -20, 5, 5), "building"),  # beside the image, near it
        (shapely.box(0, 0, 9, 9), "tree"),  # far away
        (shapely.box(X + 10.1, Y - 10.2, X + 10.2, Y - 10.1), "tree"),  # between pixel centers
        (square(30, 30, 5, 5), "tree"),
        (square(40, 30, 5, 5), None),
        (square(50, 30, 5, 5), "lake"),
    ]
    polygons, said = read(write(tmp_path / "a.gpkg", drawn))
    assert [one.window for one in polygons] == [(11, 53, 8, 7), (31, 31, 3, 3)]
    text = " ".join(said)
    assert "1 polygon of 8 has no class" in text
    assert "1 of 7 polygons (14%) have a value that is no class ('lake')" in text
    assert "2 of 8 polygons lie outside the image, so they are left out" in text
    assert "1 of 8 polygons lies where image or heights have no values, so it is left out" in text
    assert "1 of 8 polygons lies partly where image or heights have no values" in text
    assert "1 of 8 polygons lies between the centers of pixels" in text


def test_values_that_are_all_unknown_are_refused_with_the_known_names(tmp_path):
    path = write(tmp_path / "a.gpkg", [(square(10, 20, 6, 8), "lake"), (square(1, 1, 6, 8), "sea")])
    with pytest.raises(InputError, match="its values are 'lake', 'sea', but the classes are 1 imp"):
        read(path)
    (one,), said = read(path, label_values=("lake=clutter",))
    assert one.class_index == 5
    assert "1 of 2 polygons (50%) have a value that is no class ('sea')" in said[0]


def test_overlap_of_two_classes_is_refused_with_the_feature_ids(tmp_path):
    drawn = [
        (square(10, 10, 10, 10), "building"),
        (square(18, 18, 10, 10), "building"),  # one class: allowed
        (square(12, 12, 4, 4), "tree"),
        (square(18, 26, 9, 9), "car"),
    ]
    with pytest.raises(InputError, match=r"1 \(Building\) and 3 \(Tree\), 2 \(Building\) and 4 "):
        read(write(tmp_path / "a.gpkg", drawn))


def test_sliver_of_two_classes_is_unknown(tmp_path):
    drawn = [(square(10, 10, 20, 20), "building"), (square(10, 29.9, 20, 20), "tree")]
    (house, tree), said = read(write(tmp_path / "a.gpkg", drawn))
    assert said == []
    assert house.window.col + house.window.width <= tree.window.col


def test_empty_layer_and_one_class_are_refused(tmp_path):
    path = write(tmp_path / "empty.gpkg", [])
    with pytest.raises(InputError, match=r"The labels .*empty.gpkg have no polygon that can be"):
        refuse_labels(read(path)[0], ISPRS, [path])
    path = write(tmp_path / "one.gpkg", [(square(1, 1, 6, 6), "car"), (square(20, 1, 6, 6), "car")])
    with pytest.raises(InputError, match="one class only, Car"):
        refuse_labels(read(path)[0], ISPRS, [path])
    path = write(tmp_path / "two.gpkg", [(square(1, 1, 6, 6), "car"), (square(9, 9, 6, 6), "tree")])
    refuse_labels(read(path)[0], ISPRS, [path])


def test_large_polygon_is_read_in_its_middle_only(tmp_path):
    pixels = Pixels(20_000, 30_000)
    (one,), (remark,) = read(write(tmp_path / "a.gpkg", [(square(0, 0, 9e3, 9e3), "tree")]), pixels)
    assert max(one.mask.shape) == 512
    assert pixels.most_read_px == 512**2
    assert "1 of 1 polygons lies on a large area, so it is used within 512 px only" in remark
