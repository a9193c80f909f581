# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of fine-tuning on a few drawn polygons, by budget and by what is wrong.

`docs/fine-tuning.md` has the measurements behind the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Tuple

from .loss import BalancedEntropy
from .recipe import Stage, TrainingRecipe
from .schedule import WarmCosine
from .step import Augmentation, Optimizer, Sampling

BUDGETS = ("preview", "standard", "thorough")
CAUSES = ("colors", "meaning", "missing_class")
WARM_STEPS = 5


@dataclass(frozen=True)
class Protection:
    """Protection of undrawn classes: the tuned network agrees with the base on them.

    Args:
        strength: factor of the term in the loss; 0: no protection.
        sure_share: weight of the pixels where the base sees the class, relative to the others.
    """

    strength: float
    sure_share: float

    def __post_init__(self) -> None:
        """Check that no weight is negative."""
        if min(self.strength, self.sure_share) < 0:
            raise ValueError("The weights of a protection must not be negative.")


@dataclass(frozen=True)
class FinetuneRecipe:
    """Recipe of fine-tuning.

    Args:
        budget: one of `BUDGETS`.
        cause: kind of error of the base model, one of `CAUSES`.
        steps: pairs of a number of polygons and the steps for up to that many, ascending; more
            polygons take the last number of steps.
        trunk_rate: learning rate of the trunk.
        head_rate: learning rate of the layers that score, at least that of the trunk.
        patch_px: edge of the square patches in pixels.
        label_patches: patches of a step around labels.
        free_patches: patches of a step anywhere near labels, for the protection.
        replay_patches: patches of a step from generated scenes.
        replay_strength: factor of the disagreement with the base on generated scenes in the loss.
        cells: cells of 2 x 2 pixels that are scored in a patch, by networks that can score single
            ones; 0: all pixels.
        protection: protection of undrawn classes.
        averaging: decay of the moving average of the weights; 0: no average.
        alphas: shares of the change of weights to choose from, ascending.
        default_alpha: share of the change where there are too few labels to choose.
    """

    budget: str
    cause: str
    steps: Tuple[Tuple[int, int], ...]
    trunk_rate: float
    head_rate: float
    patch_px: int = 128
    label_patches: int = 3
    free_patches: int = 1
    replay_patches: int = 2
    replay_strength: float = 8.0
    cells: int = 256
    protection: Protection = Protection(strength=0.5, sure_share=0.5)
    averaging: float = 0.0
    alphas: Tuple[float, ...] = (0.0, 0.25, 0.5, 0.75, 0.875, 1.0)
    default_alpha: float = 1.0

    def __post_init__(self) -> None:
        """Check names, steps, rates, patches and alphas."""
        if self.budget not in BUDGETS or self.cause not in CAUSES:
            raise ValueError(f"There is no recipe for {self.budget!r} and {self.cause!r}.")
        limits = [polygons for polygons, _ in self.steps]
        if not self.steps or limits != sorted(set(limits)):
            raise ValueError("The numbers of polygons of a recipe must ascend.")
        if min(number for pair in self.steps for number in pair) < 1:
            raise ValueError("The numbers of polygons and steps must be positive.")
        if not 0 < self.trunk_rate <= self.head_rate:
            raise ValueError("The layers that score must learn as fast as the trunk, or faster.")
        if min(self.patch_px, self.label_patches) < 1:
            raise ValueError("A step needs at least one patch around labels.")
        counts = self.free_patches, self.replay_patches, self.cells
        if min(*counts, self.replay_strength) < 0:
            raise ValueError(
                "Numbers of patches and cells and the strength of replay must not be negative."
            )
        if not 0 <= self.averaging < 1:
            raise ValueError("The averaging must be within 0..1.")
        if list(self.alphas) != sorted(set(self.alphas)) or not {0.0, self.default_alpha} <= {
            *self.alphas
        }:
            raise ValueError("The alphas must ascend and contain 0 and the default.")

    def steps_for(self, polygons: int) -> int:
        """Return the number of steps for a number of polygons.

        Example:
            >>> finetune_recipe("standard", "colors").steps_for(20)
            240
        """
        for limit, steps in self.steps:
            if polygons <= limit:
                return steps
        return self.steps[-1][1]

    def training_recipe(self, steps: int, patch_px: int = 0) -> TrainingRecipe:
        """Return the recipe of the training loop.

        Args:
            steps: number of optimizer steps, at least 1.
            patch_px: edge of a patch in pixels; 0: that of this recipe.
        """
        edge_px = patch_px or self.patch_px
        warm = min(WARM_STEPS, steps - 1) / steps
        return TrainingRecipe(
            name=f"finetune_{self.budget}_{self.cause}",
            title="AdamW at drawn polygons, batch norms in evaluation mode",
            described_in="docs/fine-tuning.md",
            sampling=Sampling(
                self.label_patches + self.free_patches + self.replay_patches, (edge_px, edge_px)
            ),
            optimizer=Optimizer(
                "adamw", pretrained_divisor=self.head_rate / self.trunk_rate, max_norm=1.0
            ),
            stages=(Stage(self.head_rate, steps=steps, schedule=WarmCosine(warm)),),
            loss=BalancedEntropy(),
            augmentation=Augmentation(turns=True, stretch=0.06, height_offset_m=0.3),
            frozen_norms=True,
            averaging=self.averaging,
        )


_COLORS = FinetuneRecipe(
    "standard", "colors", steps=((14, 120), (50, 240)), trunk_rate=1e-3, head_rate=1e-3
)
_MEANING = replace(_COLORS, cause="meaning")
_MISSING = replace(_COLORS, cause="missing_class")

FINETUNE_RECIPES: Tuple[FinetuneRecipe, ...] = tuple(
    replace(recipe, budget=budget, steps=steps)
    for recipe in (_COLORS, _MEANING, _MISSING)
    for budget, steps in (
        ("preview", ((14, 20), (50, 30))),
        ("standard", ((14, 120), (50, 240))),
        ("thorough", ((14, 240), (50, 480))),
    )
)


def finetune_recipe(budget: str, cause: str) -> FinetuneRecipe:
    """Return the recipe for a budget and a cause of the base model.

    Raises:
        KeyError: if no recipe has this budget and cause.
    """
    for recipe in FINETUNE_RECIPES:
        if (recipe.budget, recipe.cause) == (budget, cause):
            return recipe
    raise KeyError((budget, cause))
