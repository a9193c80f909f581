import numpy as np
import pytest
from orthoscribe.engine.polygons.coverage.clean import RegionCleaner
from orthoscribe.tests.class_rasters import RASTERS, blobs, noise
from orthoscribe.tests.engine.polygons.coverage.cleaning import clean_regions
from scipy import ndimage

LEAST = np.full(256, 12.0)
HOLES = np.full(256, 40.0)


def region_sizes(codes):
    labels = [ndimage.label(codes == code)[0] for code in np.unique(codes[codes > 0])]
    return np.concatenate([np.bincount(each.ravel())[1:] for each in labels])


@pytest.mark.parametrize("name", RASTERS)
def test_no_small_region_is_left(name):
    cleaned = clean_regions(RASTERS[name], LEAST, HOLES)
    assert region_sizes(RASTERS[name]).min() < 12
    assert region_sizes(cleaned).min() >= 12


@pytest.mark.parametrize("name", RASTERS)
def test_a_clean_raster_stays_as_it_is(name):
    cleaned = clean_regions(RASTERS[name], LEAST, HOLES)
    assert (clean_regions(cleaned, LEAST, HOLES) == cleaned).all()


@pytest.mark.parametrize("rows", [1, 7, 64])
@pytest.mark.parametrize("codes", [*RASTERS.values(), noise(60, 70) - 1, blobs(90, 80, 2) - 1])
def test_strips_of_any_height_give_the_same_codes(codes, rows):
    assert (clean_regions(codes, LEAST, HOLES, rows) == clean_regions(codes, LEAST, HOLES)).all()


def test_large_regions_keep_their_pixels():
    codes = blobs(120, 120, 6)
    labels = np.zeros(codes.shape, int)
    for code in np.unique(codes):
        found, _ = ndimage.label(codes == code)
        labels[found > 0] = found[found > 0] + labels.max()
    is_large = np.bincount(labels.ravel()) >= 12
    kept = is_large[labels]
    assert not kept.all()
    assert (clean_regions(codes, LEAST)[kept] == codes[kept]).all()


def test_nodata_is_not_filled():
    codes = blobs(60, 60, 4)
    codes[20:23, 20:23] = 0
    assert (clean_regions(codes, LEAST, HOLES)[20:23, 20:23] == 0).all()


def test_a_hole_is_filled():
    codes = np.ones((20, 20), np.uint8)
    codes[5:10, 5:10] = 2
    assert (clean_regions(codes, LEAST) == codes).all()
    assert (clean_regions(codes, LEAST, HOLES) == 1).all()


def test_other_strips_than_surveyed_are_refused():
    codes = noise(20, 20)
    cleaner = RegionCleaner(20, LEAST)
    cleaner.survey(codes)
    with pytest.raises(ValueError, match="differs"):
        cleaner.clean(codes[:10])


def test_a_raster_of_nodata_stays():
    assert not clean_regions(np.zeros((5, 4), np.uint8), LEAST, HOLES).any()
