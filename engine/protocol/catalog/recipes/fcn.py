# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipes of Shelhamer, Long and Darrell: single whole images and high momentum.

The loss is summed over pixels, so the rates are small: 1e-10 of a sum over 500 x 500 pixels is
2.5e-5 of the mean. The rates of Table 1 are plausible only for a mean, which is used with them.
They and the decay are printed as 5^-4, 2^-4 and 5^-5, which is taken as 5e-4, 2e-4 and 5e-5.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from .loss import CrossEntropy, SigmoidEntropy
from .recipe import Stage, TrainingRecipe, Variant
from .step import Augmentation, Optimizer, Sampling

PAPER = "Shelhamer et al., Section"
ONE_BY_ONE = Sampling(batch=1)
TWENTY = Sampling(batch=1, accumulated=20)
SUM = CrossEntropy("sum")
HEAVY = Optimizer("sgd", momentum=0.99, weight_decay=5e-4, bias_rate=2.0, bias_decay=0.0)
USUAL = replace(HEAVY, momentum=0.9)
JITTER = Variant(
    "jitter",
    "Mirroring and shifts of up to 32 px, which gave no gain in the paper.",
    augmentation=Augmentation(mirror=True, shift_px=32),
)
LATE_FUSION = ("fcn_rgb_hha_late", 1e-12)  # the released rate of the two-stream network


def _staged(steps: int, last_rate: float) -> Tuple[Stage, ...]:
    return (
        Stage(1e-10, steps=steps, architecture="fcn_32s"),
        Stage(1e-12, steps=steps, architecture="fcn_16s"),
        Stage(last_rate, steps=steps, architecture="fcn_8s_staged"),
    )


RECIPES: Tuple[TrainingRecipe, ...] = (
    TrainingRecipe(
        name="fcn_accumulated",
        title="Gradients accumulated over twenty images",
        described_in=f"{PAPER} 4.1, Table 1",
        sampling=TWENTY,
        optimizer=USUAL,
        stages=(Stage(1e-4, epochs=175),),
        own_rates=(("fcn_alexnet", 1e-3), ("fcn_googlenet", 5e-5)),
        variants=(
            Variant(
                "weight_decay",
                "The other weight decay given in the paper.",
                optimizer=replace(USUAL, weight_decay=2e-4),
            ),
            Variant(
                "lr",
                "The rate of the released AlexNet, ten times lower.",
                own_rates=(("fcn_alexnet", 1e-4), ("fcn_googlenet", 5e-5)),
            ),
        ),
    ),
    TrainingRecipe(
        name="fcn_heavy",
        title="Single images, high momentum",
        described_in=f"{PAPER} 4.2, Table 2",
        sampling=ONE_BY_ONE,
        loss=SUM,
        optimizer=HEAVY,
        stages=(Stage(1e-10, steps=100_000),),
        own_rates=(LATE_FUSION,),
        variants=(
            Variant("online", "Table 2: with the usual momentum.", optimizer=USUAL),
            Variant(
                "accumulated",
                "Table 2: usual momentum, gradients accumulated over twenty images; as many "
                "images in total.",
                sampling=TWENTY,
                optimizer=USUAL,
                stages=(Stage(1e-10, steps=5_000),),
            ),
            Variant(
                "longer",
                "PASCAL-Context, SIFT Flow and late fusion: three times as long.",
                stages=(Stage(1e-10, steps=300_000),),
            ),
            Variant(
                "loss_sampling",
                "Section 4.4: half of the pixels of twice as many images.",
                sampling=Sampling(batch=2, kept_share=0.5),
            ),
            JITTER,
        ),
    ),
    TrainingRecipe(
        name="fcn_staged",
        title="High momentum, one skip after the other",
        described_in=f"{PAPER} 4.3",
        sampling=ONE_BY_ONE,
        loss=SUM,
        optimizer=HEAVY,
        stages=_staged(100_000, 1e-14),
        variants=(
            Variant(
                "longer",
                "PASCAL-Context and SIFT Flow: three times as long.",
                stages=_staged(300_000, 1e-14),
            ),
            Variant(
                "lr",
                "SIFT Flow as released: the rate of the last stage is not reduced.",
                stages=_staged(300_000, 1e-12),
            ),
            JITTER,
        ),
    ),
    TrainingRecipe(
        name="fcn_at_once",
        title="High momentum, all skips at once",
        described_in=f"{PAPER} 4.3",
        sampling=ONE_BY_ONE,
        loss=SUM,
        optimizer=HEAVY,
        stages=(Stage(1e-10, steps=300_000),),
        variants=(JITTER,),
    ),
    TrainingRecipe(
        name="fcn_sigmoid",
        title="Independent classes without background",
        described_in=f"{PAPER} 6.1",
        sampling=ONE_BY_ONE,
        loss=SigmoidEntropy(null_class=0),
        optimizer=HEAVY,
        stages=(Stage(1e-10, steps=100_000),),
        variants=(
            Variant(
                "control",
                "The paper's control: the background is a class like any other.",
                loss=SigmoidEntropy(null_class=None),
            ),
        ),
    ),
)
