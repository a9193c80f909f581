# SPDX-License-Identifier: GPL-2.0-or-later
"""Steps follow from the polygons, and are cut only where the time limit asks for it."""

from __future__ import annotations

import pytest
from orthoscribe.engine.finetune.run.plan import (
    LEAST_STEPS,
    Costs,
    Plan,
    fitting_plan,
    limit_s,
    replanned,
    wanted_plan,
)
from orthoscribe.engine.protocol import FinetuneJob
from orthoscribe.engine.protocol.catalog.recipes import finetune_recipe

ALPHAS = 4
RECIPE = finetune_recipe("standard", "colors")


def job(**wishes):
    return FinetuneJob(image="a.tif", labels="a.gpkg", output="m", **wishes)


def test_wanted_plan_is_that_of_the_recipe_whatever_the_minutes():
    plans = {wanted_plan(job(minutes=each), RECIPE, 20, 5) for each in (1.0, 4.0, 60.0)}
    steps = RECIPE.steps_for(20)
    assert plans == {Plan(5, steps, steps)}


@pytest.mark.parametrize(
    ("wishes", "folds", "expected"),
    [({"budget": "preview"}, 5, 0), ({}, 1, 0), ({}, 3, 3)],
    ids=["preview", "one place", "three places"],
)
def test_preview_and_polygons_in_one_place_have_no_folds(wishes, folds, expected):
    recipe = finetune_recipe(wishes.get("budget", "standard"), "colors")
    assert wanted_plan(job(**wishes), recipe, 20, folds).folds == expected


def test_given_numbers_of_steps_are_kept():
    wanted = wanted_plan(job(steps=30, fold_steps=7), RECIPE, 20, 5)
    assert wanted == Plan(5, 7, 30)
    assert fitting_plan(wanted, Costs(1.0, 0.0, 0.0), ALPHAS, 72.0).fold_steps == 7


def test_plan_that_fits_is_not_changed():
    wanted = Plan(5, 40, 120)
    assert fitting_plan(wanted, Costs(0.3, 2.0, 10.0), ALPHAS, 240.0) is wanted


@pytest.mark.parametrize("step_s", [0.9, 1.5, 3.0, 7.0])
def test_cut_plan_keeps_within_the_limit(step_s):
    costs = Costs(step_s, 4 * step_s, 10 * step_s)
    plan = fitting_plan(Plan(5, 40, 120), costs, ALPHAS, 240.0)
    assert plan.is_cut
    assert plan.seconds(costs, ALPHAS) <= 240.0
    assert not plan.folds or plan.steps >= LEAST_STEPS


@pytest.mark.parametrize("left_s", [200.0, 300.0])
def test_folds_are_cut_to_a_third_before_the_last_training(left_s):
    costs = Costs(0.5, 1.0, 5.0)
    plan = fitting_plan(Plan(5, 120, 120), costs, ALPHAS, left_s)
    assert (plan.folds, plan.steps) == (5, 120)
    assert 40 <= plan.fold_steps < 120
    assert plan.is_cut
    assert left_s - 5 <= plan.seconds(costs, ALPHAS) <= left_s


def test_folds_are_left_out_before_half_of_the_steps():
    costs = Costs(0.9, 3.6, 9.0)
    plan = fitting_plan(Plan(5, 40, 240), costs, ALPHAS, 240.0)
    assert plan.folds == 3
    assert plan.steps >= 120


def test_hopelessly_slow_computer_takes_one_step():
    plan = fitting_plan(Plan(5, 40, 120), Costs(100.0, 50.0, 50.0), ALPHAS, 60.0)
    assert (plan.folds, plan.steps) == (0, 1)


def test_slower_pace_cuts_the_folds_to_come_and_the_last_training():
    plan = replanned(Plan(5, 40, 120), Costs(1.0, 2.0, 10.0), ALPHAS, 160.0, 2)
    assert plan.is_cut
    assert plan.folds == 5
    assert plan.fold_steps < 40
    assert LEAST_STEPS <= plan.steps < 120


def test_pace_that_leaves_no_time_for_folds_goes_on_to_the_last_training():
    plan = replanned(Plan(5, 40, 120), Costs(3.0, 6.0, 10.0), ALPHAS, 60.0, 2)
    assert plan.folds == 2
    assert plan.steps >= 1


def test_run_that_keeps_its_pace_keeps_its_plan():
    wanted = Plan(5, 40, 120)
    assert replanned(wanted, Costs(0.3, 2.0, 10.0), ALPHAS, 150.0, 3) == wanted


@pytest.mark.parametrize(
    ("wishes", "minutes"),
    [({"budget": "preview"}, 1), ({}, 8), ({"budget": "thorough"}, 20), ({"minutes": 4.0}, 4)],
)
def test_limit_is_that_of_the_budget_unless_minutes_are_given(wishes, minutes):
    assert 60 * minutes - 10 <= limit_s(job(**wishes)) < 60 * minutes
