# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio
from numpy.lib.stride_tricks import sliding_window_view
from orthoscribe.engine.protocol import HeightsInput
from orthoscribe.engine.raster.fill_holes import fill_holes
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.ground_filter import (
    LOWEST_OBJECT_M,
    STEEPEST_GROUND,
    find_objects,
    ground_of,
    lowest_heights,
    window_radii,
)
from orthoscribe.engine.raster.height_above_ground import open_heights
from orthoscribe.engine.synthetic import conditions_of, make_scene
from orthoscribe.engine.synthetic.layouts import TOWN
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, UTM32, write_raster
from rasterio.crs import CRS

SIZE = 260
ROWS, COLS = np.mgrid[:SIZE, :SIZE].astype(np.float32)
WHOLE = Window(0, 0, 2 * SIZE, 2 * SIZE)
TERRAINS = {
    "flat": 0 * ROWS + 100,
    "slope of 20 %": 100 + 0.2 * COLS,
    "steep hillside": 100 + 0.5 * ROWS + 0.1 * COLS,
    "hill": 100 + 12 * np.exp(-((ROWS - 130) ** 2 + (COLS - 130) ** 2) / (2 * 60**2)),
}


def town(terrain):
    """Return a surface with objects on a terrain, in cells of a metre, and where they stand."""
    random = np.random.default_rng(3)
    surface, built = terrain.copy(), np.zeros(terrain.shape, bool)
    boxes = [(40, 50, 60, 60, 9.0)]  # a hall of 60 m
    boxes += [(*random.integers(0, 240, 2), *random.integers(6, 16, 2), 6.0) for _ in range(25)]
    boxes += [(*random.integers(0, 250, 2), 2, 4, 1.5) for _ in range(20)]  # cars
    for row, col, height, width, metres in boxes:
        part = Window(int(row), int(col), int(height), int(width)).slices
        surface[part] = np.maximum(surface[part], terrain[part] + metres)
        built[part] = True
    noise = random.normal(0, 0.03, terrain.shape)
    return (surface + noise).astype(np.float32), built


@pytest.mark.parametrize("name", TERRAINS)
def test_ground_under_a_town_is_found(name):
    terrain = TERRAINS[name]
    surface, built = town(terrain)
    error = ground_of(surface, 1.0) - terrain
    assert np.sqrt(np.mean(error[~built] ** 2)) < 0.06
    assert np.sqrt(np.mean(error[built] ** 2)) < 0.6
    assert np.abs(error[40:100, 50:110]).max() < 2.5


@pytest.mark.parametrize("name", TERRAINS)
@pytest.mark.parametrize(("row", "col"), [(0, 0), (0, 18), (12, 9), (20, 18), (20, 0)])
def test_ground_of_a_clip_with_a_large_building_is_found(name, row, col):
    """On 44 x 40 m a hall of 24 x 22 m, at an edge or not, must not tilt the ground."""
    terrain = TERRAINS[name][60:104, 70:110]
    surface = terrain + np.random.default_rng(1).normal(0, 0.03, terrain.shape)
    hall = Window(row, col, 24, 22).slices
    surface[hall] += 9
    error = ground_of(surface.astype(np.float32), 1.0) - terrain
    assert np.abs(error[hall]).max() < 1.5
    error[hall] = 0
    assert np.abs(error).max() < 0.2


@pytest.mark.parametrize("seed", [6, 8, 9, 10])
def test_ground_of_a_small_raster_comes_close_to_the_terrain(seed):
    # LiDAR: matched photographs have blobs as deep as what is asked for.
    conditions = replace(conditions_of(seed), survey="lidar", calm_m=0.0, height_gsd_m=0.0)
    scene = make_scene(seed, 500, 0.2, conditions, TOWN)
    random, squares = np.random.default_rng(0), []
    for size in 8 * [150, 200, 250]:
        row, col = random.integers(0, 500 - size, 2)
        part = Window(row, col, size, size).slices
        error = ground_of(lowest_heights(scene.dsm[part], 5), 1.0) - scene.dtm[part][2::5, 2::5]
        squares.append(np.mean(error**2))
    assert np.sqrt(np.mean(squares)) < 0.2


@pytest.mark.parametrize("seed", range(20))
def test_ground_is_nowhere_above_the_surface(seed):
    random = np.random.default_rng(seed)
    rows, cols = random.integers(4, 60, 2)
    surface = np.repeat(random.uniform(0, 4, (15, cols)), 4, axis=0)[:rows].astype(np.float32)
    surface[random.random(surface.shape) < 0.05] = np.nan
    ground = ground_of(surface, 1.0)
    assert not np.isnan(ground).any()
    assert not (ground > surface).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (3, 2)])
def test_ground_of_a_few_cells_is_their_height(shape):
    np.testing.assert_allclose(ground_of(np.full(shape, 7, np.float32), 1.0), 7, atol=1e-4)


def test_ground_is_spanned_over_holes_and_pits():
    surface, _ = town(TERRAINS["flat"])
    surface[100:140, 150:200] = np.nan
    surface[20, 200] = 60
    error = ground_of(surface, 1.0) - 100
    assert np.abs(error).max() < 0.3
    assert np.isnan(ground_of(np.full((9, 9), np.nan, np.float32), 1.0)).all()


def test_membrane_on_a_slope_is_that_slope():
    slope = 0.3 * ROWS[:101, :99] + 0.1 * COLS[:101, :99]
    holed = slope.copy()
    holed[20:70, 30:80] = np.nan
    np.testing.assert_allclose(fill_holes(holed), slope, atol=0.35)
    known = ~np.isnan(holed)
    assert np.array_equal(fill_holes(holed)[known], slope[known])


def test_lowest_heights_pass_over_unknown_ones():
    nan = np.nan
    heights = np.array([[1, 2, nan, nan], [nan, 0, nan, nan]], np.float32)
    assert np.array_equal(
        lowest_heights(heights, 2), np.array([[0, nan]], np.float32), equal_nan=True
    )


def test_opening_windows_grow_up_to_the_widest_object():
    radii = window_radii(1.0)
    assert radii[:3] == [1, 2, 3]
    assert radii[-1] == 50
    assert window_radii(80.0) == [1]


@pytest.mark.parametrize("shape", [(1, 5), (3, 2), (90, 117)])
def test_objects_rise_above_openings_by_a_square_window(shape):
    """The opening is the maximum of the minima, at the raster's edges too."""
    heights = np.random.default_rng(0).normal(0, 3, shape).astype(np.float32)
    opened, objects, previous_radius = heights, np.zeros(shape, bool), 0
    for radius in window_radii(1.0):
        lower = opened
        for extreme in (np.min, np.max):
            padded = np.pad(lower, radius, mode="symmetric")
            lower = extreme(sliding_window_view(padded, 2 * (2 * radius + 1,)), axis=(2, 3))
        rise = STEEPEST_GROUND * (radius - previous_radius) + LOWEST_OBJECT_M
        objects |= opened - lower > rise
        opened, previous_radius = lower, radius
    assert np.array_equal(find_objects(heights, 1.0), objects)


@pytest.fixture
def heights_of(tmp_path):
    grid = RasterGrid(CRS.from_string(UTM32), NORTH_UP, 2 * SIZE, 2 * SIZE)
    surface, built = (np.kron(each, np.ones((2, 2))) for each in town(TERRAINS["slope of 20 %"]))
    terrain = np.kron(TERRAINS["slope of 20 %"], np.ones((2, 2), np.float32))
    dsm = write_raster(tmp_path / "dsm.tif", surface.astype(np.float32), nodata=np.nan)
    dtm = write_raster(tmp_path / "dtm.tif", terrain)

    def read(kind, dtm="", window=WHOLE, grid=grid):
        scratch = tmp_path / f"scratch{len(list(tmp_path.iterdir()))}"
        scratch.mkdir()
        with open_heights(grid, HeightsInput(dsm, dtm=dtm, heights=kind), scratch) as reader:
            return reader.read(window)

    read.dtm, read.grid = dtm, grid
    read.surface, read.terrain, read.built = surface, terrain, built.astype(bool)
    return read


def test_heights_are_taken_as_what_they_are(heights_of):
    assert np.array_equal(heights_of("ndsm"), heights_of.surface.astype(np.float32))
    above = heights_of.surface.astype(np.float32) - heights_of.terrain
    assert np.array_equal(heights_of("dsm+dtm", heights_of.dtm), above)
    assert np.array_equal(heights_of("auto", heights_of.dtm), above)


def test_heights_without_a_terrain_model_come_close_to_those_with_one(heights_of):
    estimated, exact = heights_of("auto"), heights_of("auto", heights_of.dtm)
    error = (estimated - exact)[~heights_of.built]
    assert np.sqrt(np.mean(error**2)) < 0.1
    assert np.sqrt(np.mean((estimated - exact) ** 2)) < 0.4


def test_estimated_ground_does_not_depend_on_the_extent(heights_of):
    window = Window(120, 200, 90, 70)
    part = heights_of("dsm", window=Window(0, 0, 90, 70), grid=heights_of.grid.sub(window))
    np.testing.assert_allclose(part, heights_of("dsm")[window.slices], atol=1e-4)


def test_ground_estimation_tells_how_far_it_is_and_can_be_stopped(tmp_path, heights_of):
    class StopError(Exception):
        pass

    fractions = []

    def on_progress(fraction):
        fractions.append(fraction)
        if len(fractions) > 1:
            raise StopError

    dsm = write_raster(tmp_path / "again.tif", heights_of.surface.astype(np.float32))
    with pytest.raises(StopError):
        open_heights(heights_of.grid, HeightsInput(dsm, heights="dsm"), tmp_path, on_progress)
    assert fractions[0] == 0
    assert 0 < fractions[1] <= 1


def test_ground_of_a_wide_raster_is_made_of_tiles(tmp_path, monkeypatch):
    """Cut the same raster into many tiles and into one; the ground must agree."""
    surface, _ = town(TERRAINS["slope of 20 %"])
    dsm = write_raster(tmp_path / "dsm.tif", surface, transform=NORTH_UP @ NORTH_UP.scale(2))
    with rasterio.open(dsm) as dataset:
        grid = RasterGrid(dataset.crs, dataset.transform, SIZE, SIZE)
    found = []
    for tile_cells in (1024, 90):
        monkeypatch.setattr("orthoscribe.engine.raster.ground_filter.TILE_CELLS", tile_cells)
        monkeypatch.setattr("orthoscribe.engine.raster.ground_filter.NATIVE_TILE_PX", tile_cells)
        with open_heights(grid, HeightsInput(dsm, heights="dsm"), tmp_path) as reader:
            found.append(reader.read(Window(0, 0, SIZE, SIZE)))
    assert np.abs(found[0] - found[1]).max() < 0.5
    assert np.mean(np.abs(found[0] - found[1]) > 0.05) < 0.01
