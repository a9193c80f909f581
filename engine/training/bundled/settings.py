# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of the training runs of bundled models, as their cards record them."""

from __future__ import annotations

from dataclasses import dataclass

from ...protocol import TrainingRecipe
from ...protocol.catalog.recipes import Augmentation, Optimizer, Sampling, Stage, WarmCosine
from ..class_weights import RARITY

BALANCED_SHARE = 0.5


@dataclass(frozen=True)
class RunSettings:
    """Settings of one training run.

    Args:
        steps: number of optimizer steps.
        patches: number of patches per step.
        patch_px: edge of a patch, in pixels.
        cells: number of half-resolution cells sampled from each patch for the loss; 0: all pixels.
        learning_rate: maximum learning rate.
        weight_decay: weight decay of AdamW.
        warm_steps: number of warmup steps, fewer than `steps`.
        averaging: decay of the moving average of the weights, per step.
        steps_per_view: number of steps after which the oldest view of the pool is replaced.
        rarity: exponent of class rarity; a cell is drawn with a probability proportional to the
            share of its class in the pool to the power of minus this, and without cells the loss of
            a pixel has such a weight.
        stopped_after: number of steps after which the run ends before its schedule does; 0: none.
        half_precise: whether scores are computed in bfloat16, on CPUs with instructions for it.
        given_back: share of the change of the weights that is given back after the last step,
            0..1; see `between`.
        layers_from: bundled model whose layers of the same name and shape replace those of the
            network before the first step; empty: none.
    """

    steps: int
    patches: int = 8
    patch_px: int = 256
    cells: int = 1024
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    warm_steps: int = 60
    averaging: float = 0.99
    steps_per_view: int = 4
    rarity: float = RARITY
    stopped_after: int = 0
    half_precise: bool = False
    given_back: float = 0.0
    layers_from: str = ""

    @property
    def last_step(self) -> int:
        """Number of steps that are taken."""
        return self.stopped_after or self.steps

    @property
    def recipe(self) -> TrainingRecipe:
        """Recipe with these settings."""
        schedule = WarmCosine(self.warm_steps / self.steps)
        return TrainingRecipe(
            name="bundled",
            title="AdamW, cosine schedule, sampled cells",
            described_in="docs/default-model.md",
            sampling=Sampling(
                self.patches,
                (self.patch_px, self.patch_px),
                balanced_share=BALANCED_SHARE,
                drawn_cells=self.cells,
            ),
            optimizer=Optimizer("adamw", weight_decay=self.weight_decay),
            stages=(Stage(self.learning_rate, self.steps, schedule=schedule),),
            augmentation=Augmentation(turns=True),
            averaging=self.averaging,
        )
