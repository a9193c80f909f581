# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from affine import Affine
from orthoscribe.engine.protocol import InputError
from orthoscribe.engine.raster.area import find_area
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, UTM32, speckle, write_raster
from rasterio.crs import CRS
from rasterio.warp import transform

GRID = RasterGrid(CRS.from_string(UTM32), NORTH_UP, 100, 120)
ROTATED = RasterGrid(GRID.crs, NORTH_UP @ Affine.rotation(30), 100, 120)
X, Y = NORTH_UP.c, NORTH_UP.f


def write_polygons(path, *polygons, crs=UTM32, kind="Polygon"):
    wkb = np.array([shapely.to_wkb(polygon) for polygon in polygons], dtype=object)
    pyogrio.raw.write(path, wkb, [], [], geometry_type=kind, crs=crs, driver="GPKG")
    return str(path)


def inside(grid, polygon):
    """Return (h, w) bool: pixels whose center lies in a polygon, the slow way."""
    cols, rows = np.meshgrid(np.arange(grid.width) + 0.5, np.arange(grid.height) + 0.5)
    return shapely.contains_xy(polygon, *(grid.transform @ (cols, rows)))


def mask_of(grid, area):
    """Return (h, w) bool: the whole grid, read in odd tiles of the area's window."""
    found = np.zeros((grid.height, grid.width), bool)
    top, left, height, width = area.window
    for row in range(0, height, 17):
        for col in range(0, width, 29):
            tile = Window(row, col, 17, 29).clip(height, width).shift(top, left)
            mask = area.mask(tile)
            found[tile.slices] = True if mask is None else mask
    return found


def test_area_without_limits_is_the_whole_grid():
    area = find_area(GRID, None, "")
    assert area.window == Window(0, 0, 100, 120)
    assert area.mask(area.window) is None


def test_extent_takes_the_pixels_whose_centers_it_holds():
    area = find_area(GRID, (X + 5.2, Y - 20.3, X + 30, Y - 9.7), "")
    assert area.window == Window(19, 10, 22, 50)
    assert area.mask(area.window) is None


def test_extent_beyond_the_image_is_cut():
    assert find_area(GRID, (X - 50, Y - 10, X + 500, Y + 99), "").window == Window(0, 0, 20, 120)


def test_extent_of_a_rotated_image_keeps_its_shape():
    extent = (X + 5, Y - 40, X + 25, Y - 20)
    area = find_area(ROTATED, extent, "")
    expected = inside(ROTATED, shapely.box(*extent))
    assert np.array_equal(mask_of(ROTATED, area), expected)


@pytest.mark.parametrize("grid", [GRID, ROTATED], ids=["north up", "rotated"])
def test_area_takes_the_pixels_whose_centers_its_polygons_hold(tmp_path, grid):
    middle = grid.transform @ (60, 50)
    polygon = shapely.Point(middle).buffer(15).difference(shapely.Point(middle).buffer(4))
    area = find_area(grid, None, write_polygons(tmp_path / "area.gpkg", polygon))
    found, expected = mask_of(grid, area), inside(grid, polygon)
    assert (found != expected).sum() <= 2  # corners are rounded to a thousandth of a pixel
    assert expected.sum() > 1000


def test_area_may_lie_in_another_crs(tmp_path):
    polygon = shapely.box(X + 10, Y - 40, X + 40, Y - 15)
    degrees = shapely.transform(
        polygon, lambda xy: np.stack(transform(GRID.crs, "EPSG:4326", *xy.T)[:2], axis=1)
    )
    path = write_polygons(tmp_path / "area.gpkg", degrees, crs="EPSG:4326")
    found, expected = mask_of(GRID, find_area(GRID, None, path)), inside(GRID, polygon)
    assert (found != expected).mean() < 0.005


def test_area_and_extent_are_both_respected(tmp_path):
    left, right = shapely.box(X, Y - 50, X + 10, Y), shapely.box(X + 40, Y - 50, X + 60, Y)
    path = write_polygons(tmp_path / "area.gpkg", left, right)
    area = find_area(GRID, (X + 5, Y - 30, X + 50, Y - 20), path)
    expected = inside(GRID, shapely.union(left, right)) & inside(
        GRID, shapely.box(X + 5, Y - 30, X + 50, Y - 20)
    )
    assert np.array_equal(mask_of(GRID, area), expected)


def test_scene_knows_its_area_and_reads_around_it(tmp_path):
    values = speckle(3, 100, 120)
    image = write_raster(tmp_path / "image.tif", values)
    triangle = shapely.Polygon([(X + 10, Y - 10), (X + 40, Y - 10), (X + 10, Y - 40)])
    area = write_polygons(tmp_path / "area.gpkg", triangle)
    roles = ("nir", "red", "green")
    with open_scene(SceneSources(image, roles, area=area), tmp_path) as reader:
        assert reader.wanted == Window(20, 20, 60, 60)
        assert reader.grid.transform == GRID.transform
        assert reader.wanted_grid.transform @ (0, 0) == (X + 10, Y - 10)
        chip = reader.read(Window(10, 5, 70, 80))
        asked = reader.asked(reader.wanted)
    assert np.array_equal(chip.bands, values[:, 10:80, 5:85])
    assert chip.valid.all()
    assert 0.45 < asked.mean() < 0.55


def test_layer_of_a_file_is_chosen_as_in_qgis(tmp_path):
    path = write_polygons(tmp_path / "area.gpkg", shapely.box(X, Y - 10, X + 10, Y))
    area = find_area(GRID, None, f"{path}|layername=area")
    assert area.window == Window(0, 0, 20, 20)
    with pytest.raises(InputError, match="cannot be read"):
        find_area(GRID, None, f"{path}|layername=other")


def test_useless_areas_are_refused(tmp_path):
    with pytest.raises(InputError, match="extent lies outside the image"):
        find_area(GRID, (X - 50, Y, X - 10, Y + 50), "")
    with pytest.raises(InputError, match="extent lies outside the image"):
        find_area(ROTATED, (X - 50, Y + 50, X - 10, Y + 90), "")
    far = write_polygons(tmp_path / "far.gpkg", shapely.box(X - 50, Y, X - 10, Y + 50))
    with pytest.raises(InputError, match="area lies outside the image"):
        find_area(GRID, None, far)
    points = write_polygons(tmp_path / "points.gpkg", shapely.Point(X, Y), kind="Point")
    with pytest.raises(InputError, match="no polygon in the area"):
        find_area(GRID, None, points)
    bare = write_polygons(tmp_path / "bare.gpkg", shapely.box(X, Y - 10, X + 10, Y), crs=None)
    with pytest.raises(InputError, match="coordinate reference system of the area"):
        find_area(GRID, None, bare)
    with pytest.raises(InputError, match="does not exist"):
        find_area(GRID, None, str(tmp_path / "none.gpkg"))
    (tmp_path / "text.gpkg").write_text("no vectors")
    with pytest.raises(InputError, match="cannot be read as a vector file"):
        find_area(GRID, None, str(tmp_path / "text.gpkg"))
