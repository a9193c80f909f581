# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.synthetic.roofs import Roof


@pytest.fixture
def plan():
    across, along = np.mgrid[-4:4.01:0.5, -6:6.01:0.5].astype(np.float32)
    return along, across


def rise(roof, plan):
    return roof.rise(*plan, length_m=12, width_m=8, slope=0.5)


def test_gable_peaks_along_the_whole_ridge(plan):
    heights = rise(Roof.GABLE, plan)
    np.testing.assert_allclose(heights[8], 2.0)
    np.testing.assert_allclose(heights[[0, -1]], 0, atol=1e-6)


def test_hip_falls_to_all_four_eaves(plan):
    heights = rise(Roof.HIP, plan)
    assert heights.max() == pytest.approx(2.0)
    for edge in (heights[0], heights[-1], heights[:, 0], heights[:, -1]):
        np.testing.assert_allclose(edge, 0, atol=1e-6)


def test_flat_is_flat_and_shed_rises_to_one_side(plan):
    assert not rise(Roof.FLAT, plan).any()
    shed = rise(Roof.SHED, plan)
    assert (np.diff(shed, axis=0) > 0).all()
    assert np.ptp(shed, axis=1).max() < 1e-6


def test_half_hip_falls_from_half_the_gable(plan):
    heights = rise(Roof.HALF_HIP, plan)
    assert heights.max() == pytest.approx(2.0)
    np.testing.assert_allclose(heights[[0, -1]], 0, atol=1e-6)
    np.testing.assert_allclose(heights[8, [0, -1]], 1.0)  # the ends of the ridge
    np.testing.assert_allclose(heights[4, [0, -1]], 1.0)  # a gable up to there
    assert heights[8, 4] == pytest.approx(2.0)  # 2 m from the end the ridge begins


def test_mansard_is_steep_below_its_break_and_gentle_above(plan):
    heights = rise(Roof.MANSARD, plan)
    for edge in (heights[0], heights[-1], heights[:, 0], heights[:, -1]):
        np.testing.assert_allclose(edge, 0, atol=1e-6)
    assert heights[2, 12] == pytest.approx(2.2)  # 1 m from the eaves
    assert heights[8, 12] == pytest.approx(1.2 * 2.2 + 0.35 * 0.5 * 2.8)


def test_cross_gables_reach_the_eaves_beside_the_main_ridge(plan):
    heights = rise(Roof.CROSS_GABLE, plan)
    np.testing.assert_allclose(heights[8], 2.0)
    np.testing.assert_allclose(heights[[0, -1]][:, [7, 17]], 0.5 * (2.5 - 0.1), atol=1e-6)
    np.testing.assert_allclose(heights[[0, -1]][:, [0, -1]], 0, atol=1e-6)
    assert heights.max() == pytest.approx(2.0)


def test_saw_teeth_rise_along_the_hall_and_fall_at_once(plan):
    heights = rise(Roof.SAWTOOTH, plan)
    assert np.ptp(heights, axis=0).max() == 0
    steps = np.diff(heights[0])
    assert (np.isclose(steps, 0.8 * 0.5 * 0.5) | (steps < -2)).all()
    assert (steps < -2).sum() == 1  # 12 m hold one whole tooth of 7 m
    assert heights.max() <= 0.8 * 0.5 * 7


@pytest.mark.parametrize("roof", Roof)
def test_no_roof_falls_below_its_eaves_and_all_keep_their_type(roof, plan):
    heights = rise(roof, plan)
    assert heights.dtype == np.float32
    assert heights.shape == plan[0].shape
    assert heights.min() >= 0
    steeper = roof.rise(*plan, length_m=12, width_m=8, slope=1.0)
    assert (steeper >= heights).all()
