# SPDX-License-Identifier: GPL-2.0-or-later
"""Streets with what is along and on them: in towns with curbs, in the country without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from orthoscribe.engine.synthetic.cars import fill_streets
from orthoscribe.engine.synthetic.codes import CAR, IMPERVIOUS
from orthoscribe.engine.synthetic.layouts import COUNTRY, TOWN
from orthoscribe.engine.synthetic.noise import NoiseSource
from orthoscribe.engine.synthetic.pavement import CURB_M, pave_streets
from orthoscribe.engine.synthetic.street_trees import CLEAR_M, plant_street_trees
from orthoscribe.engine.synthetic.streets import plan_streets
from orthoscribe.tests.canvases import level_canvas
from scipy.ndimage import binary_dilation, label

SIZE_PX, GSD_M = 700, 0.4
SIZE_M = SIZE_PX * GSD_M


def paved(layout, seed):
    plan = plan_streets(np.random.default_rng(seed), SIZE_M, SIZE_M, layout)
    canvas = level_canvas(SIZE_PX, GSD_M)
    pave_streets(np.random.default_rng(seed), canvas, plan)
    return plan, canvas


def test_curbs_run_along_the_roadway_where_there_are_any():
    assert TOWN.has_curbs
    assert not COUNTRY.has_curbs
    shown = []
    for has_curbs in (False, True):
        layout = replace(TOWN, has_curbs=has_curbs, marked_share=0.0)
        plan = plan_streets(np.random.default_rng(0), 60, 60, layout)
        canvas = level_canvas(600, 0.1)
        pave_streets(np.random.default_rng(0), canvas, plan)
        shown.append(canvas.reflectance[0])
    is_curb, roadway = shown[0] != shown[1], canvas.is_street & (canvas.heights == 0)
    assert is_curb.any()
    assert not (is_curb & roadway).any()
    assert not (is_curb & ~binary_dilation(roadway, iterations=round(CURB_M / 0.1) + 1)).any()


def trunks(monkeypatch, plan, canvas):
    """Return where trees are grown along the streets, in the plan."""
    grown = []
    monkeypatch.setattr(
        "orthoscribe.engine.synthetic.street_trees.grow_tree",
        lambda _rng, _part, place, _size_m: grown.append((place.x, place.y)),
    )
    plant_street_trees(NoiseSource(3), canvas, plan)
    return plan.to_plan(*np.array(grown).T) if grown else (np.empty(0), np.empty(0))


@pytest.mark.parametrize("layout", [COUNTRY, TOWN], ids=lambda layout: layout.land)
def test_trees_of_avenues_keep_clear_of_the_roadway(layout, monkeypatch):
    found = 0
    for seed in range(6):
        plan, canvas = paved(layout, seed)
        _, v = trunks(monkeypatch, plan, canvas)
        lines = plan.streets
        beside_m = np.abs(v[:, None] - lines.positions) - lines.half_widths
        assert (beside_m.min(axis=1) > CLEAR_M - 0.05).all()
        found += len(v)
    assert found > 20


def cars_of(layout, seed):
    plan, canvas = paved(layout, seed)
    fill_streets(NoiseSource(seed), canvas, plan)
    return canvas


def test_a_few_cars_drive_in_the_country_and_only_on_lanes():
    count, paved_m2 = 0, 0.0
    for seed in range(6):
        is_car = cars_of(COUNTRY, seed).labels == CAR
        count += label(is_car)[1]
        _, bare = paved(COUNTRY, seed)
        lane = bare.labels == IMPERVIOUS
        paved_m2 += lane.sum() * GSD_M**2
        assert not (is_car & ~binary_dilation(lane, iterations=3)).any()
    assert 3 < count < paved_m2 / 60


def test_towns_have_far_more_cars_than_the_country():
    shares = [
        np.mean([(cars_of(layout, seed).labels == CAR).mean() for seed in range(4)])
        for layout in (COUNTRY, TOWN)
    ]
    assert 0 < 10 * shares[0] < shares[1]


def test_cars_of_avenues_keep_to_their_lanes_and_curbs():
    layout = replace(TOWN, avenue_share=1.0, parked_share=(0.5, 0.5), driven_share=0.3)
    plan, bare = paved(layout, 3)
    canvas = level_canvas(SIZE_PX, GSD_M)
    pave_streets(np.random.default_rng(3), canvas, plan)
    fill_streets(NoiseSource(3), canvas, plan)
    is_car = canvas.labels == CAR
    assert is_car.sum() > 500
    assert (bare.labels[is_car] == IMPERVIOUS).all()
    assert (bare.heights[is_car] == 0).mean() > 0.97  # on roadways, not on sidewalks


def test_rails_and_repairs_are_sealed_and_flat():
    painted = []
    for share in (0.0, 1.0):
        layout = replace(
            TOWN, avenue_share=1.0, railed_share=share, repaired_share=share, marked_share=0.0
        )
        painted.append(paved(layout, 4)[1])
    plain, worn = painted
    np.testing.assert_array_equal(plain.labels, worn.labels)
    np.testing.assert_array_equal(plain.heights, worn.heights)
    is_changed = plain.reflectance[0] != worn.reflectance[0]
    assert 0.005 < is_changed.mean() < 0.6
    assert (plain.labels[is_changed] == IMPERVIOUS).all()
