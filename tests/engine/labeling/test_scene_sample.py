"""A sample of a scene's heights: complete for small scenes, even and unbiased for large ones."""

from __future__ import annotations

import numpy as np
import pyogrio
import pytest
import shapely
from orthoscribe.engine.labeling.scene_sample import sample_scene
from orthoscribe.engine.protocol import HeightsInput
from orthoscribe.engine.raster.reader import SceneSources, open_scene
from orthoscribe.tests.scenes import NORTH_UP, UTM32, speckle, write_raster

ROLES = ("nir", "red", "green")
HEIGHT, WIDTH = 150, 333


@pytest.fixture
def sampled(tmp_path):
    """Return a function from bands, heights and more sources to the sample of their scene."""

    def sample(bands, heights, **sources):
        image = write_raster(tmp_path / "image.tif", bands, nodata=0)
        dsm = write_raster(tmp_path / "dsm.tif", heights)
        given = HeightsInput(dsm, heights="ndsm")
        with open_scene(SceneSources(image, ROLES, heights=given, **sources), tmp_path) as scene:
            return sample_scene(scene)

    return sample


def slope(height=HEIGHT, width=WIDTH):
    """Return (h, w) float32 meters, each of another value."""
    return np.arange(height * width, dtype=np.float32).reshape(height, width) / 100


def part_of(left, top, right, bottom):
    (xmin, ymax), (xmax, ymin) = NORTH_UP @ (left, top), NORTH_UP @ (right, bottom)
    return xmin, ymin, xmax, ymax


def test_small_scene_is_sampled_whole(sampled):
    found = sampled(speckle(3, HEIGHT, WIDTH), slope())
    assert np.array_equal(np.sort(found.heights), slope().ravel())
    assert found.missing_fraction == 0


def test_heights_are_missed_only_where_the_image_holds_values(sampled):
    bands, heights = speckle(3, HEIGHT, WIDTH), slope()
    bands[:, :, :33] = 0
    heights[:, :33] = np.nan
    assert sampled(bands, heights).missing_fraction == 0
    heights[:, 33:108] = np.nan
    assert sampled(bands, heights).missing_fraction == pytest.approx(0.25)


def test_surface_that_ends_before_the_image_is_missed(sampled):
    assert sampled(speckle(3, HEIGHT, WIDTH), slope()[:90]).missing_fraction == pytest.approx(0.4)


def test_only_what_is_asked_for_is_sampled(sampled, tmp_path):
    bands, heights = speckle(3, HEIGHT, WIDTH), slope()
    heights[:, 100:] = np.nan
    covered = sampled(bands, heights, extent=part_of(10, 20, 90, 70))
    assert np.array_equal(np.sort(covered.heights), np.sort(heights[20:70, 10:90].ravel()))
    half = sampled(bands, heights, extent=part_of(90, 0, 110, 150))
    assert half.missing_fraction == pytest.approx(0.5)
    area = tmp_path / "area.gpkg"
    boxes = [shapely.box(*part_of(0, 0, 60, 60)), shapely.box(*part_of(300, 0, 320, 60))]
    wkb = shapely.to_wkb(np.array(boxes))
    pyogrio.raw.write(area, wkb, [], [], geometry_type="Polygon", crs=UTM32, driver="GPKG")
    assert sampled(bands, heights, area=str(area)).missing_fraction == pytest.approx(0.25)


@pytest.mark.parametrize("edge", ["left", "right", "upper", "lower"])
def test_narrow_strip_of_a_large_scene_is_found(sampled, edge):
    length, width_px = 4096, 82
    heights = np.ones((length, 256), np.float32)
    heights[:width_px] = np.nan
    turned = {"upper": 0, "left": 1, "lower": 2, "right": 3}[edge]
    heights = np.rot90(heights, turned)
    found = sampled(speckle(3, *heights.shape), heights)
    assert found.missing_fraction == pytest.approx(width_px / length, abs=0.01)
    assert found.heights.size < heights.size / 3


def test_scene_without_heights_has_no_heights_in_its_sample(tmp_path):
    image = write_raster(tmp_path / "image.tif", speckle(3, 20, 20))
    with open_scene(SceneSources(image, ROLES), tmp_path) as scene:
        found = sample_scene(scene)
    assert found.heights.size == found.missing_fraction == found.empty_fraction == 0


def test_share_without_image_values_is_counted(sampled):
    bands = speckle(3, HEIGHT, WIDTH)
    bands[:, :, :111] = 0
    assert sampled(bands, slope()).empty_fraction == pytest.approx(1 / 3)
