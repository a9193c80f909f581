# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.scenes.roofs import Roof


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
