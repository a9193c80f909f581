# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of fine-tuning: a row for every budget and cause, and none that cannot be used."""

import doctest
from dataclasses import replace

import pytest
from orthoscribe.engine.protocol.catalog.recipes import (
    BUDGETS,
    CAUSES,
    FINETUNE_RECIPES,
    finetune,
    finetune_recipe,
)


def test_examples_are_right():
    assert doctest.testmod(finetune).failed == 0


def test_every_budget_and_cause_has_one_recipe():
    names = [(recipe.budget, recipe.cause) for recipe in FINETUNE_RECIPES]
    assert sorted(names) == sorted((budget, cause) for budget in BUDGETS for cause in CAUSES)
    with pytest.raises(KeyError):
        finetune_recipe("endless", "colors")


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("polygons", [1, 14, 15, 50, 500])
def test_larger_budgets_take_more_steps(cause, polygons):
    steps = [finetune_recipe(budget, cause).steps_for(polygons) for budget in BUDGETS]
    assert steps == sorted(set(steps))


@pytest.mark.parametrize("recipe", FINETUNE_RECIPES, ids=lambda recipe: f"{recipe.budget}")
@pytest.mark.parametrize("steps", [1, 120])
def test_training_recipe_freezes_norms_and_slows_the_trunk(recipe, steps):
    training = recipe.training_recipe(steps)
    assert training.frozen_norms
    assert training.stages[0].learning_rate == recipe.head_rate
    slowed = training.stages[0].learning_rate / training.optimizer.pretrained_divisor
    assert slowed == pytest.approx(recipe.trunk_rate)


@pytest.mark.parametrize(
    "wrong",
    [
        {"budget": "endless"},
        {"cause": "weather"},
        {"steps": ((50, 10), (14, 20))},
        {"steps": ()},
        {"trunk_rate": 0.0},
        {"head_rate": 1e-9},
        {"label_patches": 0},
        {"averaging": 1.0},
        {"alphas": (0.5, 1.0)},
        {"default_alpha": 0.3},
    ],
    ids=str,
)
def test_illegal_values_are_refused(wrong):
    with pytest.raises(ValueError, match=r"\w+"):
        replace(FINETUNE_RECIPES[0], **wrong)
