# SPDX-License-Identifier: GPL-2.0-or-later
import doctest

import numpy as np
import pytest
from orthoscribe.engine.protocol.catalog.recipes import (
    RECIPES,
    Constant,
    Exponential,
    Poly,
    Staircase,
    WarmCosine,
    recipe_named,
)
from orthoscribe.engine.training import schedules
from orthoscribe.engine.training.schedules import equal_momentum, rate_at


def test_examples_in_docstrings_are_true():
    tried = doctest.testmod(schedules)
    assert tried.attempted >= 3
    assert not tried.failed


def rate_of(recipe, architecture, step):
    stage = recipe.stages_for(architecture)[-1]
    return rate_at(stage.schedule, stage.learning_rate, step, stage.steps)


def test_maggiori_rate_is_a_tenth_every_ten_thousand_steps():
    recipe = recipe_named("maggiori")
    assert rate_of(recipe, "maggiori_fcn", 0) == 0.1
    assert rate_of(recipe, "maggiori_fcn", 10_000) == pytest.approx(0.01)
    assert rate_of(recipe, "maggiori_fcn", 45_000) == pytest.approx(3.1623e-6, rel=1e-5)
    assert rate_of(recipe, "maggiori_mlp", 10_000) == pytest.approx(0.001)
    assert rate_of(recipe.varied("potsdam"), "maggiori_fcn", 20_000) == pytest.approx(0.01)


def test_maggiori_released_rate_falls_slower():
    released = recipe_named("maggiori").varied("lr_gamma")
    assert rate_of(released, "maggiori_fcn", 10_000) == pytest.approx(0.013531, abs=5e-7)
    assert rate_of(released, "maggiori_fcn", 45_000) / 0.1 == pytest.approx(1.233e-4, rel=1e-3)


def test_ladder_rate_at_half_time():
    assert pytest.approx(0.35355, abs=5e-6) == 0.5**1.5
    assert rate_at(Poly(1.5), 5e-4, 500, 1000) == pytest.approx(1.76777e-4, rel=1e-5)
    assert rate_at(Poly(1.5), 5e-4, 0, 1000) == 5e-4
    assert rate_at(Poly(1.5), 5e-4, 1000, 1000) == 0
    assert rate_at(Poly(1.5), 5e-4, 1200, 1000) == 0  # one epoch too many is no complex number


def test_ladder_released_rate_ends_above_zero():
    halfway = rate_at(Poly(1.5, end=5e-5), 5e-4, 500, 1000)
    assert halfway == pytest.approx(4.5e-4 * 0.5**1.5 + 5e-5)
    assert rate_at(Poly(1.5, end=5e-5), 5e-4, 1000, 1000) == pytest.approx(5e-5)


def test_frrn_rate_drops_once():
    recipe = recipe_named("frrn")
    rates = [rate_of(recipe, "frrn_a", step) for step in (0, 34_999, 35_000, 44_999)]
    assert rates == pytest.approx([1e-3, 1e-3, 1e-4, 1e-4])


def test_frrn_released_rate_drops_by_a_fifth_down_to_its_floor():
    released = recipe_named("frrn").varied("lr_policy")
    rates = [rate_of(released, "frrn_a", step) for step in (4_999, 5_000, 10_000, 500_000)]
    assert rates == pytest.approx([1e-3, 8e-4, 6.4e-4, 5e-5])


def test_front_end_rate_stays_for_as_long_as_the_paper_trains():
    rates = {rate_of(recipe_named("yk_frontend"), "yk_frontend", step) for step in (0, 59_999)}
    assert rates == {1e-3}
    assert rate_at(Staircase(100_000, 0.1), 1e-3, 100_000, 200_000) == pytest.approx(1e-4)


def test_modern_rate_rises_once_and_falls_to_nothing():
    rates = [rate_at(WarmCosine(0.1), 3e-3, step, 100) for step in range(101)]
    assert np.argmax(rates) in (9, 10)
    assert max(rates) == pytest.approx(3e-3)
    assert rates[-1] == pytest.approx(0)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_no_rate_of_any_recipe_ever_exceeds_its_base(recipe):
    for way in (recipe, *(recipe.varied(variant.name) for variant in recipe.variants)):
        for stage in way.stages:
            steps = stage.length(1000, way.sampling)
            rates = [rate_at(stage.schedule, stage.learning_rate, step, steps)
                     for step in np.linspace(0, steps - 1, 50).astype(int).tolist()]  # fmt: skip
            assert all(0 < rate <= stage.learning_rate for rate in rates)


def test_constant_and_exponential_of_one_are_the_same():
    assert rate_at(Constant(), 0.5, 9, 10) == rate_at(Exponential(1.0), 0.5, 9, 10) == 0.5


def test_rate_refuses_what_is_no_schedule():
    with pytest.raises(TypeError, match="no schedule"):
        rate_at("poly", 0.1, 0, 1)


def test_heavy_momentum_forgets_twenty_images_like_usual_momentum_a_batch():
    heavy = equal_momentum(0.9, 20, 1)
    assert heavy == pytest.approx(0.994746, abs=5e-7)
    assert heavy**20 == pytest.approx(0.9)
    assert heavy == pytest.approx(recipe_named("fcn_heavy").optimizer.momentum, abs=0.005)
    assert equal_momentum(heavy, 1, 20) == pytest.approx(0.9)
