# SPDX-License-Identifier: GPL-2.0-or-later
import numpy as np
import pytest
from orthoscribe.engine.protocol import LANDS, OPEN_COUNTRY
from orthoscribe.engine.synthetic import plan_scene
from orthoscribe.engine.synthetic.layouts import COUNTRY, LAYOUTS, draw_layout


def test_every_land_has_a_layout():
    assert tuple(LAYOUTS) == LANDS


def test_country_is_drawn_as_often_as_the_table_says():
    drawn = [draw_layout(np.random.default_rng(seed)) is COUNTRY for seed in range(1000)]
    assert np.mean(drawn) == pytest.approx(OPEN_COUNTRY.probability, abs=0.05)


@pytest.mark.parametrize("land", LANDS)
def test_a_plan_has_the_layout_it_is_given(land):
    for seed in range(4):
        assert plan_scene(seed, 64, 64, 0.5, layout=LAYOUTS[land]).layout.land == land


def test_a_plan_has_the_layout_of_its_seed_unless_it_is_given_one():
    lands = {plan_scene(seed, 64, 64, 0.5).layout.land for seed in range(8)}
    assert lands == set(LANDS)
