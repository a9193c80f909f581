# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipe of Kreso et al.: Adam with polynomial decay, a lower rate for pretrained weights.

The loss is .7 of the main and .3 of the auxiliary loss; these weights are defined in the networks'
heads.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from .recipe import Stage, TrainingRecipe, Variant
from .schedule import Poly
from .step import Augmentation, Optimizer, Sampling

ADAM = Optimizer("adam", weight_decay=1e-4, pretrained_divisor=5.0)
CITYSCAPES = Stage(5e-4, epochs=30, schedule=Poly(1.5))
VARIANTS = (
    Variant(
        "lr_div",
        "The released divisor for Cityscapes.",
        optimizer=replace(ADAM, pretrained_divisor=2.0),
    ),
    Variant(
        "end_lr",
        "The released last rate.",
        stages=(replace(CITYSCAPES, schedule=Poly(1.5, end=5e-5)),),
    ),
    Variant(
        "scratch",
        "Table 3: without pretrained weights.",
        optimizer=replace(ADAM, pretrained_divisor=1.0),
    ),
    Variant(
        "full_resolution",
        "Table 4, fine-tune: continued from half resolution.",
        sampling=Sampling(batch=2, patch_px=(1024, 2048)),
    ),
    Variant(
        "frozen_bn",
        "Table 4, frozen-BN: the same with frozen batch norms.",
        sampling=Sampling(batch=2, patch_px=(1024, 2048)),
        frozen_norms=True,
    ),
    Variant(
        "voc",
        "Section 5.3 with forty epochs, one of three lengths in the released settings.",
        sampling=Sampling(batch=5, patch_px=(500, 500)),
        stages=(replace(CITYSCAPES, epochs=40),),
    ),
)
TWO_LOSSES = TrainingRecipe(
    name="ladder",
    title="Adam, main and auxiliary loss",
    described_in="Kreso et al., Section 5.1",
    sampling=Sampling(batch=4, patch_px=(448, 1024)),
    augmentation=Augmentation(mirror=True),
    optimizer=ADAM,
    stages=(CITYSCAPES,),
    variants=VARIANTS,
)

RECIPES: Tuple[TrainingRecipe, ...] = (
    TWO_LOSSES,
    replace(
        TWO_LOSSES,
        name="ladder_single",
        title="Adam, one loss",
        described_in="Kreso et al., Section 5.2, Table 1",
    ),
)
