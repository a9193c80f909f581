# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import numpy as np
from orthoscribe.engine.raster.resample import block_mean, interpolate_axes, interpolate_points
from scipy.ndimage import map_coordinates

NAN = np.float32(np.nan)


def values(height=20, width=30):
    return np.random.default_rng(0).uniform(90, 110, (height, width)).astype(np.float32)


def test_interpolation_agrees_with_scipy():
    random = np.random.default_rng(1)
    rows, cols = random.uniform(0, 19, (7, 9)), random.uniform(0, 29, (7, 9))
    expected = map_coordinates(values(), [rows, cols], order=1)
    np.testing.assert_allclose(interpolate_points(values(), rows, cols), expected, rtol=1e-6)
    mesh = np.meshgrid(rows[0], cols[0], indexing="ij")
    expected = map_coordinates(values(), mesh, order=1)
    np.testing.assert_allclose(interpolate_axes(values(), rows[0], cols[0]), expected, rtol=1e-6)


def test_interpolation_repeats_the_edge_for_half_a_pixel():
    found = interpolate_axes(values(), np.array([-0.5, 19.5]), np.array([-0.5, 29.5]))
    assert np.array_equal(found, values()[np.ix_([0, 19], [0, 29])])


def test_interpolation_is_known_where_half_of_the_weight_is():
    source = np.array([[1, NAN]], np.float32)
    found = interpolate_axes(source, np.array([0.0]), np.array([0.0, 0.4, 0.6, 1.0]))
    assert np.array_equal(found, np.array([[1, 1, NAN, NAN]], np.float32), equal_nan=True)
    cols = np.array([[0.0, 0.4, 0.6, 1.0]])
    assert np.array_equal(interpolate_points(source, 0 * cols, cols), found, equal_nan=True)


def test_unknown_values_change_nothing_far_from_them():
    source = values()
    holed = source.copy()
    holed[15:, 20:] = np.nan
    rows, cols = np.linspace(0, 13, 50), np.linspace(0, 18, 60)
    mesh = np.meshgrid(rows, cols, indexing="ij")
    clean, spoiled = (interpolate_axes(each, rows, cols) for each in (source, holed))
    assert np.array_equal(clean, spoiled)
    clean, spoiled = (interpolate_points(each, *mesh) for each in (source, holed))
    assert np.array_equal(clean, spoiled)


def test_block_mean_takes_known_values_where_half_are():
    source = np.array([[1, 3, NAN, NAN], [NAN, 5, 7, NAN]], np.float32)
    assert np.array_equal(block_mean(source, 2), np.array([[3, NAN]], np.float32), equal_nan=True)
    source[0, 2] = 9
    assert block_mean(source, 2)[0, 1] == 8


def test_block_mean_agrees_with_numpy():
    expected = values().reshape(4, 5, 6, 5).mean(axis=(1, 3))
    np.testing.assert_allclose(block_mean(values(), 5), expected, rtol=1e-6)
