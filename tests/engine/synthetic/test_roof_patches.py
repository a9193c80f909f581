# SPDX-License-Identifier: GPL-2.0-or-later
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.synthetic.building import Building
from orthoscribe.engine.synthetic.buildings import build
from orthoscribe.engine.synthetic.canvas import Place, Presence
from orthoscribe.engine.synthetic.codes import BUILDING
from orthoscribe.engine.synthetic.roof_patches import SHEET_M, Covered, patch_roof
from orthoscribe.engine.synthetic.roofs import Roof
from orthoscribe.tests.canvases import RED, level_canvas

BARN = Building(Place(25, 25, 0.4), 24, 12, 5.0, Roof.GABLE, 0.5, RED)
SEEDS = range(40)


def raised(canvas, building=BARN):
    """Raise a bare roof and return what is seen of it."""
    frame, mask = canvas.rectangle(building.place, building.length_m, building.width_m)
    size_m = building.length_m, building.width_m
    rise = building.roof.rise(frame.along, frame.across, *size_m, building.slope)
    heights = building.eaves_m + rise
    seen = canvas.raise_object(frame, mask, BUILDING, RED, heights, building.presence)
    return Covered(building, frame, seen)


def bare(building=BARN):
    canvas = level_canvas()
    raised(canvas, building)
    return canvas


def patched(seed, building=BARN):
    canvas = level_canvas()
    patch_roof(np.random.default_rng(seed), canvas, raised(canvas, building))
    return canvas


def is_changed(before, after):
    return (before.reflectance != after.reflectance).any(axis=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_patches_change_the_color_of_a_part_and_nothing_else(seed):
    before, after = bare(), patched(seed)
    is_roof = before.labels == BUILDING
    assert 0.005 < is_changed(before, after)[is_roof].mean() < 0.75
    assert not is_changed(before, after)[~is_roof].any()
    np.testing.assert_array_equal(before.labels, after.labels)
    rise_m = after.heights - before.heights
    assert 0 < rise_m.max() < 6 * SHEET_M  # repairs may lie on each other
    np.testing.assert_array_equal(after.heights, after.former_heights)


def test_patches_are_small_or_cover_an_end_or_a_slope():
    shares = [is_changed(bare(), patched(seed)).sum() / (4 * 24 * 12) for seed in SEEDS]
    assert min(shares) < 0.1
    assert max(shares) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_new_roof_is_in_the_image_alone_and_a_gone_one_nowhere(seed):
    new = patched(seed, replace(BARN, presence=Presence.NEW))
    assert is_changed(bare(), new).any()
    assert not new.former_heights.any()
    gone = patched(seed, replace(BARN, presence=Presence.GONE))
    assert not gone.reflectance.any()
    np.testing.assert_array_equal(
        gone.former_heights, bare(replace(BARN, presence=Presence.GONE)).former_heights
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_a_higher_neighbor_keeps_its_roof(seed):
    canvas = level_canvas()
    tower = replace(BARN, place=BARN.place.moved(6, 0), eaves_m=20.0, presence=Presence.NEW)
    raised(canvas, tower)
    before = canvas.reflectance.copy()
    is_tower = canvas.labels == BUILDING
    roof = raised(canvas)
    lasting = canvas.former_heights.copy()
    patch_roof(np.random.default_rng(seed), canvas, roof)
    np.testing.assert_array_equal(canvas.reflectance[:, is_tower], before[:, is_tower])
    rise_m = canvas.former_heights - lasting
    assert not rise_m[is_tower].any()
    assert rise_m.max() < 6 * SHEET_M


def test_some_buildings_have_patched_roofs():
    colors = []
    for seed in SEEDS:
        canvas = level_canvas()
        build(np.random.default_rng(seed), canvas, BARN)
        is_red = np.isclose(canvas.reflectance, RED.spectrum[:, None, None], atol=0.02).all(axis=0)
        colors.append(is_red[canvas.labels == BUILDING].mean())
    assert np.mean(np.array(colors) > 0.95) > 0.3
    assert np.min(colors) < 0.7
