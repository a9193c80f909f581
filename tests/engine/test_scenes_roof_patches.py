# SPDX-License-Identifier: GPL-2.0-or-later
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.scenes.buildings import Building, build
from orthoscribe.engine.scenes.canvas import Place, Presence
from orthoscribe.engine.scenes.codes import BUILDING
from orthoscribe.engine.scenes.roof_patches import SHEET_M, patch_roof
from orthoscribe.engine.scenes.roofs import Roof
from orthoscribe.tests.canvases import RED, level_canvas

BARN = Building(Place(25, 25, 0.4), 24, 12, 5.0, Roof.GABLE, 0.5, RED)
SEEDS = range(40)


def bare():
    canvas = level_canvas()
    frame, mask = canvas.rectangle(BARN.place, BARN.length_m, BARN.width_m)
    rise = BARN.roof.rise(frame.along, frame.across, BARN.length_m, BARN.width_m, BARN.slope)
    canvas.raise_object(frame, mask, BUILDING, RED, BARN.eaves_m + rise, BARN.presence)
    return canvas


def patched(seed, building=BARN):
    canvas = bare()
    patch_roof(np.random.default_rng(seed), canvas, building)
    return canvas


@pytest.mark.parametrize("seed", SEEDS)
def test_patches_change_the_color_of_a_part_and_nothing_else(seed):
    before, after = bare(), patched(seed)
    is_roof = before.labels == BUILDING
    is_changed = (before.reflectance != after.reflectance).any(axis=0)
    assert 0.005 < is_changed[is_roof].mean() < 0.75
    assert not is_changed[~is_roof].any()
    np.testing.assert_array_equal(before.labels, after.labels)
    rise_m = after.heights - before.heights
    assert rise_m.max() < 6 * SHEET_M  # repairs may lie on each other
    np.testing.assert_array_equal(after.heights, after.former_heights)


def test_patches_are_small_or_cover_an_end_or_a_slope():
    shares = [
        (patched(seed).reflectance != bare().reflectance).any(axis=0).sum() / (4 * 24 * 12)
        for seed in SEEDS
    ]
    assert min(shares) < 0.1
    assert max(shares) == pytest.approx(0.5, abs=0.1)


def test_new_roof_is_not_in_former_heights():
    canvas = patched(3, replace(BARN, presence=Presence.NEW))
    np.testing.assert_array_equal(canvas.former_heights, bare().former_heights)


def test_some_buildings_have_patched_roofs():
    colors = []
    for seed in SEEDS:
        canvas = level_canvas()
        build(np.random.default_rng(seed), canvas, BARN)
        is_red = np.isclose(canvas.reflectance, RED.spectrum[:, None, None], atol=0.02).all(axis=0)
        colors.append(is_red[canvas.labels == BUILDING].mean())
    assert np.mean(np.array(colors) > 0.95) > 0.3
    assert np.min(colors) < 0.7
