# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipe of Maggiori et al.: the base network first, then the architectures that extend it."""

from __future__ import annotations

from typing import Tuple

from .recipe import Growth, Stage, TrainingRecipe, Variant
from .schedule import Exponential, Schedule
from .step import Augmentation, Optimizer, Sampling


def _stages(first: int, second: int, schedule: Schedule) -> Tuple[Stage, ...]:
    return (
        Stage(0.1, steps=first, schedule=schedule, architecture="maggiori_fcn"),
        Stage(0.01, steps=second, schedule=schedule),
    )


VAIHINGEN = Exponential.tenth_after(10_000)
POTSDAM = Exponential.tenth_after(20_000)
RELEASE = Exponential(gamma=0.9998)

RECIPES: Tuple[TrainingRecipe, ...] = (
    TrainingRecipe(
        name="maggiori",
        title="Two stages of SGD",
        described_in="Maggiori et al., Section V-C, for Vaihingen",
        sampling=Sampling(batch=5, patch_px=(256, 256)),
        augmentation=Augmentation(turns=True),
        optimizer=Optimizer("sgd", momentum=0.9, weight_decay=5e-4),
        stages=_stages(45_000, 30_000, VAIHINGEN),
        grown=(Growth("cnn_rf", "maggiori_fcn"), Growth("cnn_rf_crf", "maggiori_fcn")),
        variants=(
            Variant(
                "potsdam",
                "The paper's lengths for Potsdam; patches enter the network at half the size.",
                sampling=Sampling(batch=5, patch_px=(512, 512)),
                stages=_stages(90_000, 65_000, POTSDAM),
            ),
            Variant(
                "lr_gamma",
                "The released decay, .9998 per step, slower than that of the paper.",
                stages=_stages(45_000, 30_000, RELEASE),
            ),
            Variant(
                "release",
                "The released decay, and the step at which the released base network was saved.",
                stages=_stages(40_000, 30_000, RELEASE),
            ),
        ),
    ),
)
