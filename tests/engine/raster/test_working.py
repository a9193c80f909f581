# SPDX-License-Identifier: GPL-2.0-or-later
"""A scene on another lattice: cut as from one piece, and its results back on the image."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from orthoscribe.engine.protocol import HeightsInput
from orthoscribe.engine.raster import working
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.engine.raster.working import WorkingScene, image_reach_px, lattice_of
from orthoscribe.engine.tiling.grid import plan_tiles
from orthoscribe.engine.tiling.lattice import Lattice
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import NORTH_UP, UTM32, hills, write_raster

HEIGHT, WIDTH = 83, 127
SCALES = [2.0, 0.1 / 0.07, 5.0, 0.625]
EXTENT = Window(21, 34, 40, 61)
HOLES = [np.s_[30:41, 50:52], np.s_[0:9, :20], np.s_[60, 70], np.s_[75:, 100:]]


@pytest.fixture
def sources(tmp_path):
    random = np.random.default_rng(0)
    image = random.integers(1, 255, (3, HEIGHT, WIDTH)).astype(np.uint8)
    for hole in HOLES:
        image[(slice(None), *hole)] = 0
    surface = hills(HEIGHT, WIDTH) - 90
    surface[50:58, 80:95] = np.nan
    shifted = NORTH_UP @ NORTH_UP.translation(0.4, 0.3)
    heights = HeightsInput(write_raster(tmp_path / "dsm.tif", surface, transform=shifted))
    image = write_raster(tmp_path / "image.tif", image, nodata=0)
    return SceneSources(image, ("nir", "red", "green"), heights=heights, reach_px=None)


@pytest.fixture(params=SCALES)
def scale(request):
    return request.param


@pytest.fixture
def open_on(sources, tmp_path, scale):
    """Return a function that opens the scene with changed sources on the lattice."""
    opened = []

    def open_on(**changes):
        ndsm = HeightsInput(sources.heights.dsm, heights="ndsm")
        changed = SceneSources(**{**vars(sources), "heights": ndsm, **changes})
        opened.append(open_scene(changed, tmp_path))
        lattice = Lattice.scaled(HEIGHT, WIDTH, scale)
        return opened[-1], WorkingScene(opened[-1], lattice)

    yield open_on
    for scene in opened:
        scene.close()


def extent_of(part):
    left, top = NORTH_UP @ (part.col, part.row)
    right, bottom = NORTH_UP @ (part.col + part.width, part.row + part.height)
    return left, bottom, right, top


def whole_of(grid):
    return Window(0, 0, grid.height, grid.width)


def collected(scene, seen, core_px=8):
    """Read and give back every tile; return codes, percents and how often each pixel came."""
    grid = scene.wanted_grid
    planes = np.zeros((3, grid.height, grid.width), int)
    for tile in plan_tiles(
        seen.grid.height, seen.grid.width, core_px=core_px, stride_px=4, halo_px=4,
        wanted=seen.wanted,
    ):  # fmt: skip
        seen.read(tile.window.clip(seen.grid.height, seen.grid.width))
        codes = codes_of(tile.core)
        for result in seen.results(tile.core, codes, codes + 100):
            given = (result.codes, result.percents, np.ones_like(result.codes))
            planes[(slice(None), *result.window.slices)] += np.stack(given)
    return planes


def codes_of(window):
    rows, cols = np.mgrid[window.slices]
    return ((rows * 7 + cols * 3) % 100 + 1).astype(np.uint8)


def test_grid_starts_at_the_corner_of_the_image(open_on, scale):
    scene, seen = open_on()
    assert seen.grid.transform @ (0, 0) == scene.grid.transform @ (0, 0)
    assert seen.grid.gsd_m == pytest.approx(scene.grid.gsd_m * scale, rel=1e-5)
    assert seen.grid.height == -(-HEIGHT // scale)
    assert seen.wanted == whole_of(seen.grid).intersect(seen.wanted)


def test_window_is_cut_from_the_whole_bit_for_bit(open_on):
    _, seen = open_on()
    whole = seen.read(whole_of(seen.grid))
    assert 0 < (~whole.valid).sum() < whole.valid.size / 2
    assert np.array_equal(np.isnan(whole.heights), ~whole.valid)
    random = np.random.default_rng(1)
    for _ in range(25):
        row, col = random.integers(seen.grid.height), random.integers(seen.grid.width)
        part = Window(row, col, *random.integers(1, 60, 2)).clip(*whole.valid.shape)
        chip = seen.read(part)
        for found, all_of_it in zip(chip, whole, strict=True):
            cut = all_of_it[(..., *part.slices)]
            assert np.array_equal(found, cut, equal_nan=True)


def test_strips_change_nothing(open_on, monkeypatch):
    scene, seen = open_on()
    window = whole_of(seen.grid)
    before, given = seen.read(window), collected(scene, seen)
    monkeypatch.setattr(working, "STRIP_PX", 700)
    for found, expected in zip(seen.read(window), before, strict=True):
        assert np.array_equal(found, expected, equal_nan=True)
    assert np.array_equal(collected(scene, seen), given)


@pytest.mark.parametrize("scale", [2.0])
def test_chip_is_the_mean_of_valid_pixels_with_their_heights(open_on):
    scene, seen = open_on()
    bands, heights, valid = scene.read(Window(28, 48, 6, 4))
    chip = seen.read(Window(14, 24, 3, 2))
    planes = np.where(valid, np.concatenate([bands, heights[None]]), np.nan)
    blocks = planes.reshape(4, 3, 2, 2, 2).swapaxes(2, 3).reshape(4, 3, 2, 4)
    assert np.array_equal(chip.valid, np.isfinite(blocks[0]).sum(axis=2) >= 2)
    means = np.nanmean(blocks[:, chip.valid], axis=-1)
    np.testing.assert_allclose(chip.bands[:, chip.valid], means[:3], rtol=1e-6)
    np.testing.assert_allclose(chip.heights[chip.valid], means[3], rtol=1e-6)
    assert not chip.valid.all()


@pytest.mark.parametrize("extent", [None, EXTENT, Window(82, 126, 1, 1), Window(0, 0, 1, WIDTH)])
def test_each_valid_pixel_gets_the_result_of_its_owner_once(open_on, scale, extent):
    scene, seen = open_on(extent=extent and extent_of(extent))
    codes, percents, count = collected(scene, seen)
    part = extent or Window(0, 0, HEIGHT, WIDTH)
    assert scene.wanted == part
    assert (count == 1).all()
    rows = np.floor((np.arange(HEIGHT) + 0.5) / scale).astype(int)[part.slices[0]]
    cols = np.floor((np.arange(WIDTH) + 0.5) / scale).astype(int)[part.slices[1]]
    owner = codes_of(whole_of(seen.grid))[np.ix_(rows, cols)]
    valid = scene.read(part).valid
    assert np.array_equal(codes, np.where(valid, owner, 0))
    assert np.array_equal(percents, np.where(valid, owner.astype(int) + 100, 0))


def test_what_has_no_label_is_left_out(open_on):
    _, seen = open_on()
    nothing = np.zeros((4, 4), np.uint8)
    assert not list(seen.results(Window(0, 0, 4, 4), nothing, None))


def test_only_owners_of_what_is_asked_are_asked(open_on, tmp_path, scale):
    triangle = shapely.Polygon([NORTH_UP @ at for at in ((31.2, 17.1), (90.3, 22.4), (44.4, 70.0))])
    path = tmp_path / "area.gpkg"
    wkb = shapely.to_wkb(np.array([triangle]))
    pyogrio.raw.write(path, wkb, [], [], geometry_type="Polygon", crs=UTM32, driver="GPKG")
    scene, seen = open_on(area=str(path))
    rows, cols = np.nonzero(scene.asked(Window(0, 0, HEIGHT, WIDTH)))
    expected = np.zeros((seen.grid.height, seen.grid.width), bool)
    expected[((rows + 0.5) / scale).astype(int), ((cols + 0.5) / scale).astype(int)] = True
    assert np.array_equal(seen.asked(whole_of(seen.grid)), expected)
    for window in (seen.wanted, Window(3, 2, 11, 13)):
        assert np.array_equal(seen.asked(window), expected[window.slices])
    codes, _, count = collected(scene, seen)
    kept = scene.asked(scene.wanted) & scene.read(scene.wanted).valid
    assert np.array_equal(codes > 0, kept)
    assert (count <= 1).all()


def test_everything_is_asked_for_without_an_area(open_on):
    _, seen = open_on(extent=extent_of(EXTENT))
    assert seen.asked(seen.wanted) is None


@pytest.mark.parametrize("reach_px", [0, 3, 8])
def test_reading_reaches_no_further_than_said(open_on, monkeypatch, scale, reach_px):
    scene, seen = open_on(extent=extent_of(EXTENT))
    limit = scene.wanted.grow(image_reach_px(reach_px, Lattice.scaled(HEIGHT, WIDTH, scale)))
    parts, read = [], scene.read
    monkeypatch.setattr(scene, "read", lambda window: parts.append(window) or read(window))
    seen.read(seen.wanted.grow(reach_px).clip(seen.grid.height, seen.grid.width))
    assert parts
    assert [part for part in parts if part.intersect(limit) != part] == []


def test_reach_on_own_pixels_is_what_it_is():
    assert image_reach_px(7, None) == 7


def test_own_resolution_needs_no_lattice(open_on):
    scene, _ = open_on()
    grid = scene.grid
    assert lattice_of(grid, grid.gsd_m) is None
    assert lattice_of(grid, 2 * grid.gsd_m) == Lattice.scaled(HEIGHT, WIDTH, 2.0)
    assert working.working_scene(scene, None) is scene
