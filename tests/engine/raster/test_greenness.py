# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.raster.greenness import greenness
from orthoscribe.engine.raster.nir_balance import MIDDLE_RATIO

RANGE = (20.0, 220.0)


def test_the_border_between_plants_and_the_rest_is_zero():
    red = np.full((2, 3), 100, np.float32)
    at_border = greenness(red * MIDDLE_RATIO, red, RANGE, RANGE)
    np.testing.assert_allclose(at_border, 0, atol=0.1)
    assert (greenness(red * 2, red, RANGE, RANGE) > 0.5).all()
    assert (greenness(red, red, RANGE, RANGE) < -0.5).all()


@pytest.mark.parametrize("gain", [0.7, 1.4, 257])
def test_a_gain_of_near_infrared_changes_nothing(gain):
    rng = np.random.default_rng(0)
    nir, red = rng.uniform(5, 250, (2, 30, 40)).astype(np.float32)
    scaled = tuple(point * gain for point in RANGE)
    np.testing.assert_allclose(
        greenness(nir * np.float32(gain), red, scaled, RANGE),
        greenness(nir, red, RANGE, RANGE),
        atol=1e-4,
    )


def test_black_pixels_are_neither_green_nor_noise():
    black, nearly = np.zeros((1, 1), np.float32), np.ones((1, 1), np.float32)
    assert greenness(black, black, RANGE, RANGE) == greenness(-nearly, -nearly, RANGE, RANGE)
    assert abs(greenness(nearly, black, RANGE, RANGE) - greenness(black, black, RANGE, RANGE)) < 1
    assert np.isfinite(greenness(nearly, nearly, (-3.0, -1.0), (-3.0, 0.0))).all()
