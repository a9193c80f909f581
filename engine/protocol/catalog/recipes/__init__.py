# SPDX-License-Identifier: GPL-2.0-or-later
"""Training recipes as data, without torch.

Each recipe has the hyperparameters of its paper; those of the authors' code are variants. There is
one module per paper.
"""

from __future__ import annotations

from typing import Tuple

from . import fcn, frrn, ladder, maggiori, modern, yu_koltun
from .finetune import (
    BUDGETS,
    CAUSES,
    FINETUNE_RECIPES,
    FinetuneRecipe,
    Protection,
    finetune_recipe,
)
from .loss import BalancedEntropy, BootstrappedEntropy, CrossEntropy, Loss, SigmoidEntropy
from .recipe import Growth, Stage, TrainingRecipe, Variant
from .schedule import Constant, Exponential, Poly, Schedule, Staircase, WarmCosine
from .step import Augmentation, Optimizer, Sampling

__all__ = [
    "BUDGETS",
    "CAUSES",
    "FINETUNE_RECIPES",
    "RECIPES",
    "Augmentation",
    "BalancedEntropy",
    "BootstrappedEntropy",
    "Constant",
    "CrossEntropy",
    "Exponential",
    "FinetuneRecipe",
    "Growth",
    "Loss",
    "Optimizer",
    "Poly",
    "Protection",
    "Sampling",
    "Schedule",
    "SigmoidEntropy",
    "Stage",
    "Staircase",
    "TrainingRecipe",
    "Variant",
    "WarmCosine",
    "finetune_recipe",
    "recipe_named",
]

RECIPES: Tuple[TrainingRecipe, ...] = (
    *maggiori.RECIPES,
    *yu_koltun.RECIPES,
    *fcn.RECIPES,
    *ladder.RECIPES,
    *frrn.RECIPES,
    *modern.RECIPES,
)


def recipe_named(name: str) -> TrainingRecipe:
    """Return the recipe called `name`.

    Raises:
        KeyError: if no recipe has this name.
    """
    for recipe in RECIPES:
        if recipe.name == name:
            return recipe
    raise KeyError(name)
