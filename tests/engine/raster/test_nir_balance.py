# SPDX-License-Identifier: GPL-2.0-or-later
from __future__ import annotations

import numpy as np
import pytest
from orthoscribe.engine.raster.nir_balance import LARGEST_GAIN, MIDDLE_RATIO, nir_gain


def two_kinds(plant_share=0.4, plant_ratio=2.2, other_ratio=0.9):
    """Return NIR and red of plants and of the rest, (n,) float32 each."""
    random = np.random.default_rng(3)
    red = random.uniform(20, 120, 50_000).astype(np.float32)
    is_plant = random.random(red.size) < plant_share
    ratio = np.where(is_plant, plant_ratio, other_ratio) * np.exp(random.normal(0, 0.1, red.size))
    return (red * ratio).astype(np.float32), red


def test_the_border_of_plants_gets_the_same_ratio_in_all_scenes():
    for ratios in ((2.2, 0.9), (1.5, 0.6), (4.0, 1.5)):
        gain = nir_gain(*two_kinds(0.4, *ratios))
        assert gain == pytest.approx(MIDDLE_RATIO / (ratios[0] * ratios[1]) ** 0.5, rel=0.02)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_gain_hardly_depends_on_the_share_of_plants(share):
    assert nir_gain(*two_kinds(share)) == pytest.approx(nir_gain(*two_kinds()), rel=0.05)


@pytest.mark.parametrize("camera", [0.7, 1.0, 1.4])
def test_a_gain_of_the_camera_is_undone_up_to_a_limit(camera):
    nir, red = two_kinds()
    undone = camera * nir_gain(nir * np.float32(camera), red)
    assert undone == pytest.approx(nir_gain(nir, red), rel=1e-4)
    assert nir_gain(nir * np.float32(100 * camera), red) == pytest.approx(1 / LARGEST_GAIN)


def test_a_scene_of_one_kind_keeps_its_colors():
    nir, red = two_kinds(plant_share=0)
    assert nir_gain(nir, red) == 1.0
    assert nir_gain(np.zeros_like(red), red) == 1.0
    assert nir_gain(nir[:0], red[:0]) == 1.0
