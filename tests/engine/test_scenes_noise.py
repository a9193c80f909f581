# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.scenes.noise import fractal_noise, smooth_noise


@pytest.mark.parametrize("cell_px", [0.5, 3.0, 10.0])
def test_noise_has_mean_zero_and_deviation_one(cell_px):
    noise = smooth_noise(np.random.default_rng(0), (400, 400), cell_px)
    assert noise.dtype == np.float32
    assert abs(noise.mean()) < 0.1
    assert noise.std() == pytest.approx(1, abs=0.1)


def test_noise_is_smooth_within_a_cell():
    noise = smooth_noise(np.random.default_rng(0), (200, 200), 20.0)
    assert np.abs(np.diff(noise, axis=0)).max() < 0.4


def test_fractal_noise_keeps_its_deviation():
    noise = fractal_noise(np.random.default_rng(1), (300, 500), 12.0, 3)
    assert noise.shape == (300, 500)
    assert noise.std() == pytest.approx(1, abs=0.15)
