"""Gaps that no file declares: solid patches of one value, left out or only reported."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from orthoscribe.engine.protocol import HeightsInput
from orthoscribe.engine.raster.gaps import find_gaps, height_gaps
from orthoscribe.engine.raster.opening import open_raster
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.engine.tiling.window import Window
from orthoscribe.tests.scenes import speckle, write_raster

BANDS = (1, 2, 3)
EDGE_PX = 256


def gaps_of(path):
    with open_raster(str(path), "image") as dataset:
        return find_gaps(dataset, BANDS)


def image_with(tmp_path, value, where, dtype=np.uint8, bands=slice(None), **options):
    values = speckle(3, EDGE_PX, EDGE_PX).astype(dtype)
    values[(bands, *where)] = value
    return write_raster(tmp_path / "image.tif", values, **options)


CORNER = np.s_[:128, :96]


def test_black_corner_is_left_out_and_told(tmp_path):
    path = image_with(tmp_path, 0, CORNER)
    assert gaps_of(path).left_out == [0.0]
    with open_scene(SceneSources(path, ("nir", "red", "green")), tmp_path) as scene:
        valid = scene.read(Window(0, 0, EDGE_PX, EDGE_PX)).valid
        assert any("0 in all bands, like a gap" in each for each in scene.image_remarks)
    expected = np.ones_like(valid)
    expected[CORNER] = False
    assert np.array_equal(valid, expected)


def test_negative_gap_of_one_band_is_left_out(tmp_path):
    path = image_with(tmp_path, -9999, CORNER, np.float32, bands=1)
    assert gaps_of(path).left_out == [-9999.0]
    with open_scene(SceneSources(path, ("nir", "red", "green")), tmp_path) as scene:
        assert not scene.read(Window(0, 0, 128, 96)).valid.any()


def test_white_corner_is_told_and_labeled(tmp_path):
    gaps = gaps_of(image_with(tmp_path, 255, CORNER))
    assert gaps.left_out == []
    assert gaps.doubtful == [255.0]


@pytest.mark.parametrize(
    ("value", "where", "bands"),
    [
        (0, CORNER, 0),  # near infrared over water
        (0, np.s_[::2, ::2], slice(None)),  # dark pixels, not a patch
        (0, np.s_[:9, :9], slice(None)),  # a patch of next to no pixels
        (40, CORNER, slice(None)),  # a plain surface
    ],
)
def test_what_may_be_real_is_no_gap(tmp_path, value, where, bands):
    gaps = gaps_of(image_with(tmp_path, value, where, bands=bands))
    assert gaps.left_out == gaps.doubtful == []


def test_nothing_is_a_gap_where_the_user_says_so_or_the_file_declares(tmp_path):
    path = image_with(tmp_path, 0, CORNER)
    assert gaps_of(f"{path}|nodata=none").left_out == []
    declared = image_with(tmp_path, 0, CORNER, nodata=255)
    assert gaps_of(declared).left_out == []
    with rasterio.open(path, "r+") as dataset:
        dataset.write_mask(np.full((EDGE_PX, EDGE_PX), 255, np.uint8))
    assert gaps_of(path).left_out == []


def gaps_in_heights(tmp_path, heights, meters=1.0, **options):
    path = write_raster(tmp_path / "dsm.tif", heights, **options)
    with open_raster(path, "DSM") as dataset:
        return height_gaps(dataset, 1, meters)


def terrain(low_m, high_m):
    return np.linspace(low_m, high_m, EDGE_PX**2, dtype=np.float32).reshape(EDGE_PX, EDGE_PX)


def test_zeros_far_below_all_other_heights_are_a_gap(tmp_path):
    heights = terrain(300, 340)
    heights[CORNER] = 0
    assert gaps_in_heights(tmp_path, heights) == (0.0,)
    assert gaps_in_heights(tmp_path, heights, meters=0.01) == ()  # 3 m below
    assert gaps_in_heights(tmp_path, terrain(1, 90)) == ()  # a coast
    assert gaps_in_heights(tmp_path, np.zeros((64, 64), np.float32)) == ()


def test_limit_of_an_integer_type_is_a_gap(tmp_path):
    assert gaps_in_heights(tmp_path, terrain(300, 340).astype(np.uint16)) == (0.0, 65535.0)


def test_one_column_of_zeros_does_not_pull_the_ground_down(tmp_path):
    heights = terrain(300, 310)
    path = write_raster(tmp_path / "image.tif", speckle(3, EDGE_PX, EDGE_PX))
    heights[:, 0] = 0
    dsm = write_raster(tmp_path / "dsm.tif", heights)
    sources = SceneSources(path, ("nir", "red", "green"), heights=HeightsInput(dsm))
    with open_scene(sources, tmp_path) as scene:
        found = scene.read(Window(0, 0, EDGE_PX, EDGE_PX)).heights
        (raster,) = scene.wanted_heights.rasters
        assert raster.gap == 0.0
    assert np.isnan(found[:, 0]).all()
    assert np.abs(found[:, 1:]).max() < 2


def test_nodata_of_nan_is_a_declaration(tmp_path):
    path = image_with(tmp_path, 0, CORNER, np.float32, nodata=np.nan)
    assert gaps_of(path).left_out == []
