# SPDX-License-Identifier: GPL-2.0-or-later
"""Default recipe, for the bundled models and architectures without a fully described training.

I. Loshchilov, F. Hutter, Decoupled Weight Decay Regularization, ICLR 2019.
"""

from __future__ import annotations

from typing import Tuple

from .recipe import Growth, Stage, TrainingRecipe
from .schedule import WarmCosine
from .step import Augmentation, Optimizer, Sampling

RECIPES: Tuple[TrainingRecipe, ...] = (
    TrainingRecipe(
        name="modern",
        title="AdamW under a cosine",
        described_in="Ours",
        sampling=Sampling(batch=8, patch_px=(256, 256), balanced_share=0.5),
        augmentation=Augmentation(turns=True),
        optimizer=Optimizer(
            "adamw", weight_decay=0.01, bias_decay=0.0, norm_decay=0.0, pretrained_divisor=10.0
        ),
        stages=(Stage(1e-3, steps=20_000, schedule=WarmCosine(warm_share=0.05)),),
        averaging=0.99,
        grown=(Growth("sherrah_dilation_crf", "sherrah_dilation"),),
    ),
)
