# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipe of Pohlen et al.: Adam, bootstrapped cross-entropy, shift and gamma augmentation.

The paper specifies neither the number of hardest pixels nor the largest shift. The release uses
512 x 64 pixels of each image and shifts of up to 120 px before images are subsampled, by four for
FRRN A: 30 px of the network's input.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from .loss import BootstrappedEntropy, CrossEntropy
from .recipe import Stage, TrainingRecipe, Variant
from .schedule import Staircase
from .step import Augmentation, Optimizer, Sampling

MOVED = Augmentation(shift_px=30, gamma=0.05)

RECIPES: Tuple[TrainingRecipe, ...] = (
    TrainingRecipe(
        name="frrn",
        title="Adam on the hardest pixels",
        described_in="Pohlen et al., Sections 4 and 5.1",
        sampling=Sampling(batch=3, patch_px=(256, 512)),
        loss=BootstrappedEntropy(hardest_px=512 * 64),
        augmentation=MOVED,
        optimizer=Optimizer("adam"),
        stages=(Stage(1e-3, steps=45_000, schedule=Staircase(every=35_000, factor=0.1)),),
        variants=(
            Variant(
                "half_resolution",
                "FRRN B: Cityscapes images subsampled by two.",
                sampling=Sampling(batch=3, patch_px=(512, 1024)),
                augmentation=replace(MOVED, shift_px=60),
            ),
            Variant(
                "lr_policy",
                "The released schedule: the rate is reduced by a fifth every 5,000 steps.",
                stages=(Stage(1e-3, steps=45_000, schedule=Staircase(5_000, 1 / 1.25, 5e-5)),),
            ),
            Variant(
                "augment",
                "The released augmentation, which also rotates images and changes their colors.",
                augmentation=replace(MOVED, rotation_deg=10.0, saturation=(0.5, 1.5), hue_deg=30.0),
            ),
            Variant("bootstrap_k", "All pixels enter the loss.", loss=CrossEntropy()),
        ),
    ),
)
