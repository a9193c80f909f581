# SPDX-License-Identifier: GPL-2.0-or-later
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.synthetic.building import Building
from orthoscribe.engine.synthetic.buildings import (
    PARAPET_M,
    PITCHED_SHAPES,
    build,
    build_ring,
    build_wing,
    draw_roof,
)
from orthoscribe.engine.synthetic.canvas import Place
from orthoscribe.engine.synthetic.codes import BUILDING
from orthoscribe.engine.synthetic.roofs import Roof
from orthoscribe.tests.canvases import RED, level_canvas

HOUSE = Building(Place(25, 25, 0.0), 20, 10, 6.0, Roof.GABLE, 0.5, RED)
SEEDS = range(60)


def built(seed, building=HOUSE, **conditions):
    canvas = level_canvas(**conditions)
    build(np.random.default_rng(seed), canvas, building)
    return canvas


def test_roofs_are_flat_as_often_as_asked():
    rng = np.random.default_rng(0)
    drawn = Counter(draw_roof(rng, flat_share=0.3)[0] for _ in range(1000))
    assert drawn[Roof.FLAT] / 1000 == pytest.approx(0.3, abs=0.05)
    assert set(drawn) == {Roof.FLAT, *PITCHED_SHAPES}
    assert all(draw_roof(rng, flat_share=1.0)[:2] == (Roof.FLAT, 0.0) for _ in range(20))


@pytest.mark.parametrize("seed", range(6))
def test_house_stands_with_its_ridge_and_eaves(seed):
    canvas = built(seed)
    is_house = canvas.labels == BUILDING
    assert is_house.sum() / 4 == pytest.approx(20.4 * 10.4, rel=0.06)
    assert canvas.heights[50, 50] >= 6 + 0.5 * 4.9
    eaves_m = np.median(canvas.heights[is_house & (canvas.heights < 6.3)])
    assert eaves_m == pytest.approx(6.1, abs=0.15)
    np.testing.assert_array_equal(canvas.heights, canvas.former_heights)


def test_flat_roof_has_a_parapet():
    canvas = built(1, replace(HOUSE, roof=Roof.FLAT, slope=0.0))
    heights = canvas.heights[canvas.labels == BUILDING]
    assert np.median(heights) == pytest.approx(6.0)
    assert np.isclose(heights, 6 + PARAPET_M).sum() > 50


def test_some_pitched_roofs_have_dormers_in_one_slope():
    dormer_m = 6 + 0.5 * 0.32 * 10
    found = []
    for seed in SEEDS:
        canvas = built(seed)
        is_dormer = np.isclose(canvas.heights, dormer_m, atol=1e-4)
        rows, _ = np.nonzero(is_dormer)
        if len(rows) < 10:
            continue
        found.append(seed)
        assert (canvas.labels[is_dormer] == BUILDING).all()
        assert (rows < 50).all() or (rows >= 50).all()
        assert (np.abs(rows + 0.5 - 50) * 0.5 > 1).all()  # below the ridge
    assert 0.1 < len(found) / len(SEEDS) < 0.45


def test_what_is_put_on_a_roof_stays_on_it():
    bare = level_canvas()
    footprint, _ = bare.rectangle(HOUSE.place, 20.4, 10.4)
    outside = np.ones(bare.shape, bool)
    outside[footprint.window] = False
    for seed in SEEDS:
        for roof in (Roof.FLAT, Roof.GABLE):
            assert not built(seed, replace(HOUSE, roof=roof)).heights[outside].any()


def test_wing_makes_an_l():
    canvas = built(0)
    before = (canvas.labels == BUILDING).sum()
    build_wing(np.random.default_rng(0), canvas, HOUSE)
    is_house = canvas.labels == BUILDING
    assert before * 1.1 < is_house.sum() < before * 2
    rows, columns = np.nonzero(is_house)
    assert is_house.sum() < 0.85 * (np.ptp(rows) + 1) * (np.ptp(columns) + 1)


def test_ring_stands_around_a_courtyard():
    canvas = level_canvas()
    outer = Building(Place(25, 25, 0.0), 40, 30, 9.0, Roof.FLAT, 0.0, RED)
    build_ring(np.random.default_rng(0), canvas, outer, depth_m=8)
    is_house = canvas.labels == BUILDING
    assert not is_house[37:63, 27:73].any()  # 40 - 16 by 30 - 16 m, less a pixel
    wall = is_house[21:79, 11:89].copy()
    wall[15:-15, 15:-15] = True
    assert wall.all()
    assert not is_house[:19].any()
    assert not is_house[:, :9].any()
    assert (canvas.heights[is_house] >= 9).all()


def test_outdated_surveys_lack_new_buildings_and_keep_those_that_are_gone():
    seen = Counter()
    for seed in range(120):
        canvas = built(seed, outdated_fraction=0.3)
        in_image = (canvas.labels == BUILDING).any()
        in_heights = canvas.former_heights.max() >= 6
        assert (canvas.heights.max() >= 6) == in_image
        if not in_image:
            assert not canvas.labels.any()
            assert not canvas.reflectance.any()
        seen[bool(in_image), bool(in_heights)] += 1
    assert set(seen) == {(True, True), (True, False), (False, True)}
    assert seen[True, False] / 120 == pytest.approx(0.3, abs=0.12)
    assert seen[False, True] / 120 == pytest.approx(0.1, abs=0.07)
