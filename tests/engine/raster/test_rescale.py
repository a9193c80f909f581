# SPDX-License-Identifier: GPL-2.0-or-later
"""Area means and interpolation: right, exact to the place, and without bleeding."""

from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.raster.reader import Chip
from orthoscribe.engine.raster.resample import interpolate_axes
from orthoscribe.engine.raster.rescale import Taps, is_known, rescale, rescale_chip
from orthoscribe.engine.tiling.lattice import Lattice

HEIGHT, WIDTH = 45, 61
SCALES = [2.0, 1463 / 1024, 3.7, 0.625, 0.25]


def noise(count=2, height=HEIGHT, width=WIDTH):
    random = np.random.default_rng(0)
    return random.uniform(20, 200, (count, height, width)).astype(np.float32)


def rescaled(planes, valid, scale):
    lattice = Lattice.scaled(*valid.shape, scale)
    rows = Taps.along(0, lattice.height, scale, valid.shape[0])
    cols = Taps.along(0, lattice.width, scale, valid.shape[1])
    return rescale([plane.copy() for plane in planes], valid, rows, cols)


def covered_mean(plane, valid, scale, row, col):
    """Return the mean over what a pixel covers and the share that is unknown, pixel by pixel."""
    total = known = area = 0.0
    for y in range(plane.shape[0]):
        high = max(0.0, min(y + 1, (row + 1) * scale) - max(y, row * scale))
        for x in range(plane.shape[1]):
            wide = max(0.0, min(x + 1, (col + 1) * scale) - max(x, col * scale))
            area += high * wide
            if valid[y, x]:
                known += high * wide
                total += high * wide * float(plane[y, x])
    return total / known if known else np.nan, 1 - known / area


@pytest.mark.parametrize("scale", [2.0, 1463 / 1024, 3.7])
def test_larger_pixels_are_the_mean_of_the_area_that_is_valid(scale):
    planes, valid = noise(1, 14, 17), np.random.default_rng(1).random((14, 17)) < 0.7
    planes[0][~valid] = np.nan
    means, unknown = rescaled(planes, valid, scale)
    for row, col in np.ndindex(*unknown.shape):
        mean, share = covered_mean(planes[0], valid, scale, row, col)
        assert unknown[row, col] == pytest.approx(share, abs=1e-5)
        if share < 0.499:
            assert means[0, row, col] == pytest.approx(mean, rel=1e-5)


def test_pixels_at_the_border_count_only_what_lies_on_the_image():
    planes, valid = noise(1, 1, 3), np.ones((1, 3), bool)
    means, unknown = rescaled(planes, valid, 2.0)
    assert means.shape == (1, 1, 2)
    assert means[0, 0, 1] == planes[0, 0, 2]
    assert is_known(unknown).all()


def test_whole_scale_agrees_with_block_means():
    planes = noise(2, 40, 60)
    means, _ = rescaled(planes, np.ones((40, 60), bool), 4.0)
    expected = planes.reshape(2, 10, 4, 15, 4).mean(axis=(2, 4))
    np.testing.assert_allclose(means, expected, rtol=1e-6)


@pytest.mark.parametrize("scale", [0.625, 0.25])
def test_smaller_pixels_are_interpolated(scale):
    planes = noise(1)
    means, _ = rescaled(planes, np.ones((HEIGHT, WIDTH), bool), scale)
    rows, cols = ((np.arange(count) + 0.5) * scale - 0.5 for count in means.shape[1:])
    np.testing.assert_allclose(means[0], interpolate_axes(planes[0], rows, cols), rtol=1e-5)


def rescaled_heights(heights, valid, scale):
    rows, cols = (Taps.along(0, round(length / scale), scale, length) for length in heights.shape)
    bands = np.zeros((1, *heights.shape), np.float32)
    chip, unknown = rescale_chip(Chip(bands, heights.copy(), valid), rows, cols)
    np.testing.assert_array_equal(chip.valid, is_known(unknown))
    assert np.isnan(chip.heights[~chip.valid]).all()
    return chip.heights, unknown


@pytest.mark.parametrize("scale", [1 / 3, 0.625])
def test_heights_of_smaller_pixels_are_those_of_the_nearest(scale):
    heights = noise(1)[0]
    found, _ = rescaled_heights(heights, np.ones(heights.shape, bool), scale)
    rows, cols = (((np.arange(count) + 0.5) * scale).astype(int) for count in found.shape)
    np.testing.assert_array_equal(found, heights[np.ix_(rows, cols)])


def test_heights_of_smaller_pixels_do_without_an_unknown_nearest():
    heights, valid = np.full((3, 4), 5, np.float32), np.ones((3, 4), bool)
    heights[1, 1], valid[1, 1] = np.nan, False
    found, unknown = rescaled_heights(heights, valid, 0.4)
    assert (unknown > 0.5).any()
    assert ((unknown > 0) & is_known(unknown)).any()
    np.testing.assert_allclose(found[is_known(unknown)], 5, rtol=1e-6)


def test_heights_of_larger_pixels_are_means():
    heights = noise(1, 40, 60)[0]
    found, _ = rescaled_heights(heights, np.ones((40, 60), bool), 4.0)
    np.testing.assert_allclose(found, heights.reshape(10, 4, 15, 4).mean(axis=(1, 3)), rtol=1e-6)


@pytest.mark.parametrize("scale", SCALES)
def test_half_of_a_pixel_must_be_valid_and_nothing_invalid_bleeds(scale):
    planes, valid = noise(), np.ones((HEIGHT, WIDTH), bool)
    valid[:, 30:] = False
    clean, _ = rescaled(planes, np.ones_like(valid), scale)
    planes[:, ~valid] = np.array([np.inf, -9999], np.float32)[:, None]
    means, unknown = rescaled(planes, valid, scale)
    assert np.isfinite(means).all()
    whole = unknown == 0
    assert np.array_equal(means[:, whole], clean[:, whole])
    edges = np.arange(means.shape[2] + 1) * scale
    assert is_known(unknown)[:, edges[1:] <= 29.5].all()
    assert not is_known(unknown)[:, edges[:-1] >= 30.5].any()
    known = means[:, is_known(unknown)]
    assert 20 <= known.min() <= known.max() <= 200


def test_exactly_half_is_enough():
    valid = np.array([[True, False]])
    _, unknown = rescaled(noise(1, 1, 2), valid, 2.0)
    assert is_known(unknown).all()


@pytest.mark.parametrize("scale", SCALES)
def test_any_window_is_cut_from_the_whole_bit_for_bit(scale):
    planes, valid = noise(), np.ones((HEIGHT, WIDTH), bool)
    valid[5:9, 20:40] = False
    whole, unknown = rescaled(planes, valid, scale)
    lattice = Lattice.scaled(HEIGHT, WIDTH, scale)
    random = np.random.default_rng(3)
    for _ in range(40):
        top, left = random.integers(lattice.height), random.integers(lattice.width)
        height = random.integers(1, lattice.height - top + 1)
        width = random.integers(1, lattice.width - left + 1)
        rows = Taps.along(top, height, scale, HEIGHT)
        cols = Taps.along(left, width, scale, WIDTH)
        (row, high), (col, wide) = rows.stretch, cols.stretch
        part = np.s_[row : row + high, col : col + wide]
        found, gap = rescale(
            [plane[part].copy() for plane in planes],
            valid[part],
            rows.counted_from(row),
            cols.counted_from(col),
        )
        cut = np.s_[top : top + height, left : left + width]
        assert np.array_equal(found, whole[(slice(None), *cut)])
        assert np.array_equal(gap, unknown[cut])
        assert row >= top * scale - 1.5
        assert row + high <= (top + height) * scale + 1.5
