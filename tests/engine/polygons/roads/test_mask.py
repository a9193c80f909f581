import numpy as np
from orthoscribe.engine.polygons.roads.mask import closed, opened, sealed_mask, smoothed
from orthoscribe.engine.polygons.roads.settings import RoadCodes, RoadSettings
from orthoscribe.tests.engine.polygons.roads.whole_rasters import reduce_codes
from scipy import ndimage

CODES = RoadCodes(sealed=(1,), vehicles=(5,), covers=(4, 6))


def street(height=200, width=400, gsd_m=0.4):
    """Low vegetation with a street of 8 m."""
    codes = np.full((height, width), 3, np.uint8)
    codes[90:110] = 1
    return codes, gsd_m


def masked(codes, gsd_m):
    return sealed_mask(reduce_codes(codes, CODES, gsd_m, 0.4), RoadSettings())


def test_crown_over_curb_is_closed_but_lawn_is_not():
    codes, gsd_m = street()
    codes[104:110, 100:108] = 4
    codes[104:110, 200:214] = 3
    mask = masked(codes, gsd_m)
    assert mask[91:108, 98:110].all()
    assert not mask[106:109, 204:210].any()


def test_cars_are_road():
    codes, gsd_m = street()
    codes[92:97, 50:61] = 5
    assert masked(codes, gsd_m)[91:109, 40:70].all()


def test_large_hole_stays_unless_crowns_explain_it():
    codes = np.ones((200, 400), np.uint8)
    codes[50:68, 50:68] = 3  # 52 m2
    codes[120:138, 50:68] = 4
    codes[50:56, 200:206] = 3  # 6 m2
    mask = masked(codes, 0.4)
    assert not mask[58:60, 58:60].any()
    assert mask[120:138, 50:68].all()
    assert mask[50:56, 200:206].all()


def test_specks_and_paths_are_no_roads():
    codes, gsd_m = street()
    codes[20:30, 20:30] = 1  # 16 m2
    codes[150:154] = 1  # a path of 1.6 m
    mask = masked(codes, gsd_m)
    assert not mask[:60].any()
    assert not mask[140:].any()


def test_edge_of_raster_is_no_border_of_the_mask():
    mask = np.zeros((60, 40), bool)
    mask[20:40] = True
    assert opened(mask, 5)[20:40].all()
    assert closed(mask, 5)[20:40].all()


def test_empty_and_full_masks_pass():
    for mask in (np.zeros((20, 20), bool), np.ones((20, 20), bool)):
        np.testing.assert_array_equal(opened(mask, 3), mask)
        np.testing.assert_array_equal(closed(mask, 3), mask)


def test_smoothing_in_bands_is_that_of_the_whole():
    sealed = np.random.default_rng(1).integers(0, 256, (900, 1500)).astype(np.uint8)
    whole = ndimage.gaussian_filter(sealed, 1.0, output=np.float32) >= 127.5
    np.testing.assert_array_equal(smoothed(sealed, 1.0), whole)
