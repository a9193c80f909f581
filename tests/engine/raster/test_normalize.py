# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from affine import Affine
from orthoscribe.engine.protocol import InputError, Normalization
from orthoscribe.engine.raster.greenness import greenness
from orthoscribe.engine.raster.grid import RasterGrid
from orthoscribe.engine.raster.normalize import measure_band_ranges, normalize
from orthoscribe.engine.raster.reader import Chip
from orthoscribe.engine.tiling.window import Window

SCALES = Normalization()
GREEN = Normalization(stretch_together=True, balance_nir=True, greenness=True)
RANGES = ((0.0, 200.0), (50.0, 150.0), (0.0, 1000.0))


class ArrayReader:
    """Cuts chips out of arrays."""

    def __init__(self, bands, valid):
        self.bands, self.valid = bands, valid
        self.has_mixed_types = False
        self.grid = RasterGrid(None, Affine.identity(), *valid.shape)

    def read(self, window: Window) -> Chip:
        rows, cols = window.slices
        return Chip(self.bands[:, rows, cols], None, self.valid[rows, cols])


def chip(height=40, width=30):
    random = np.random.default_rng(1)
    bands = random.uniform(0, 250, (3, height, width)).astype(np.float32)
    heights = random.uniform(-5, 60, (height, width)).astype(np.float32)
    return bands, heights, np.ones((height, width), bool)


def test_normalize_follows_the_card():
    bands, heights, valid = chip()
    found = normalize(bands, heights, valid, SCALES, RANGES)
    assert found.dtype == np.float32
    assert found.shape == (4, 40, 30)
    for band, (black, white), channel in zip(bands, RANGES, found[:3], strict=True):
        stretched = np.clip((band - black) / (white - black), -0.5, 1.5)
        np.testing.assert_allclose(channel, (stretched - 0.5) / 0.25, atol=1e-5)
    np.testing.assert_allclose(found[3], (np.clip(heights, -2, 40) - 3) / 5, atol=1e-5)


def test_heights_come_in_twice_with_a_knee():
    bands, heights, valid = chip()
    heights[0, :4] = -1, 0, 0.25, 1000
    bent = Normalization(height_knee_m=0.5)
    found = normalize(bands, heights, valid, bent, RANGES)
    assert found.shape == (bent.channels_of(("nir", "red", "green", "height")), 40, 30)
    np.testing.assert_array_equal(found[:4], normalize(bands, heights, valid, SCALES, RANGES))
    np.testing.assert_allclose(found[4], np.arcsinh(np.clip(heights, -2, 40) / 0.5), rtol=1e-5)
    without = normalize(bands, None, valid, bent, RANGES)
    assert len(without) == bent.channels_of(("nir", "red", "green")) == 3


def test_greenness_is_the_last_channel():
    bands, heights, valid = chip()
    plain = Normalization(stretch_together=True, balance_nir=True, height_knee_m=0.5)
    green = replace(plain, greenness=True)
    found = normalize(bands, heights, valid, green, RANGES)
    assert found.shape == (green.channels_of(("nir", "red", "green", "height")), 40, 30)
    np.testing.assert_array_equal(found[:-1], normalize(bands, heights, valid, plain, RANGES))
    np.testing.assert_array_equal(found[-1], greenness(bands[0], bands[1], *RANGES[:2]))
    without = normalize(bands, None, valid, green, RANGES)
    assert len(without) == green.channels_of(("nir", "red", "green")) == 4
    np.testing.assert_array_equal(without[-1], found[-1])


def test_normalize_clears_invalid_pixels_whatever_they_hold():
    bands, heights, valid = chip()
    valid[3:9, 4:20] = False
    bands[0, 3, 4], bands[1, 4, 5], heights[5, 6] = np.nan, np.inf, np.nan
    for scales in (SCALES, Normalization(height_knee_m=1.0), GREEN):
        found = normalize(bands, heights, valid, scales, RANGES)
        assert (found[:, ~valid] == 0).all()
        assert np.isfinite(found).all()


def test_normalize_gives_the_same_pixel_the_same_value_in_any_window():
    bands, heights, valid = chip(500, 300)
    valid[100:120] = False
    whole = normalize(bands, heights, valid, SCALES, RANGES)
    part = (slice(7, 431), slice(11, 288))
    alone = normalize(bands[(slice(None), *part)], heights[part], valid[part], SCALES, RANGES)
    assert np.array_equal(whole[(slice(None), *part)], alone)


def test_normalize_needs_no_heights_and_no_pixels():
    bands, _, valid = chip()
    assert normalize(bands, None, valid, SCALES, RANGES).shape == (3, 40, 30)
    empty = normalize(bands[:, :, :0], None, valid[:, :0], SCALES, RANGES)
    assert empty.shape == (3, 40, 0)


def test_band_ranges_are_percentiles_of_valid_pixels():
    bands, _, valid = chip(300, 400)
    valid[:100] = False
    bands[:, :100] = 9999
    ranges = measure_band_ranges(ArrayReader(bands, valid), SCALES)
    expected = np.percentile(bands[:, 100:].reshape(3, -1), (1, 99), axis=1).T
    np.testing.assert_allclose(ranges, expected, rtol=1e-4)


def test_bands_stretched_together_share_the_range_of_all():
    bands, _, valid = chip(300, 400)
    bands *= np.array([0.5, 1, 2], np.float32)[:, None, None]
    valid[:100] = False
    bands[:, :100] = 9999
    together = Normalization(stretch_together=True)
    ranges = measure_band_ranges(ArrayReader(bands, valid), together)
    assert len(ranges) == 3
    assert len(set(ranges)) == 1
    np.testing.assert_allclose(ranges[0], np.percentile(bands[:, 100:], (1, 99)), rtol=1e-3)
    found = normalize(bands, None, valid, together, ranges)
    clipped = (np.abs(found) >= 4).any(axis=0) | ~valid
    order = np.argsort(bands, axis=0)[:, ~clipped]
    np.testing.assert_array_equal(np.argsort(found, axis=0)[:, ~clipped], order)


def test_a_gain_of_near_infrared_changes_nothing_in_balanced_bands():
    bands, _, valid = chip(300, 400)
    bands[0, :150] *= 4  # a half of plants
    balanced = Normalization(stretch_together=True, balance_nir=True)
    inputs = []
    for gain in (0.7, 1.0, 1.4):
        seen = bands * np.array([gain, 1, 1], np.float32)[:, None, None]
        ranges = measure_band_ranges(ArrayReader(seen, valid), balanced)
        assert ranges[1] == ranges[2] != ranges[0]
        inputs.append(normalize(seen, None, valid, balanced, ranges))
    np.testing.assert_allclose(inputs[0], inputs[1], atol=1e-4)
    np.testing.assert_allclose(inputs[2], inputs[1], atol=1e-4)


def test_bands_stretched_alone_lose_their_order():
    bands, _, valid = chip(300, 400)
    bands *= np.array([0.5, 1, 2], np.float32)[:, None, None]
    ranges = measure_band_ranges(ArrayReader(bands, valid), SCALES)
    assert len(set(ranges)) == 3


def test_band_ranges_of_a_large_scene_are_sampled_alike_each_time():
    random = np.random.default_rng(2)
    bands = random.normal(100, 20, (1, 3000, 2500)).astype(np.float32)
    valid = np.ones((3000, 2500), bool)
    first, again = (measure_band_ranges(ArrayReader(bands, valid), SCALES) for _ in range(2))
    assert first == again
    np.testing.assert_allclose(first[0], np.percentile(bands, (1, 99)), atol=0.3)


def test_band_ranges_find_the_only_valid_corner_of_a_large_scene():
    bands = np.full((1, 3000, 2500), 7, np.float32)
    valid = np.zeros((3000, 2500), bool)
    valid[150:160, 2480:] = True
    assert measure_band_ranges(ArrayReader(bands, valid), SCALES) == ((7.0, 8.0),)


def test_band_ranges_refuse_a_scene_without_valid_pixels():
    bands, _, valid = chip()
    with pytest.raises(InputError, match="No pixel of the image can be labeled"):
        measure_band_ranges(ArrayReader(bands, ~valid), SCALES)
