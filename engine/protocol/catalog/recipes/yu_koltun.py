# SPDX-License-Identifier: GPL-2.0-or-later
"""Recipe of Yu and Koltun: a front end, then a context module on its scores.

Patches of the front end are 500 px including a margin of 186 px, which is 16 x 16 cells; those of
the context module are 66 x 66 cells.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Tuple

from .recipe import Growth, Stage, TrainingRecipe, Variant
from .schedule import Staircase
from .step import Augmentation, Optimizer, Sampling

PAPER = "Yu & Koltun, Section 4"
SGD = Optimizer("sgd", momentum=0.9, weight_decay=5e-4, bias_rate=2.0, bias_decay=0.0)
FRONT_END = Sampling(batch=14, patch_px=(500, 500))
MIRROR = Augmentation(mirror=True)
RELEASED_STEPS = Staircase(every=100_000, factor=0.1)  # as in the released solver
FRONT_STAGE = Stage(1e-3, steps=60_000, schedule=RELEASED_STEPS, architecture="yk_frontend")
CONTEXT_STAGE = Stage(1e-3, steps=60_000, schedule=RELEASED_STEPS, frozen=("front_end",))
SLOWER = replace(FRONT_STAGE, learning_rate=1e-4)
# The CRF-RNN is trained with the network: 1e-13 of a sum over 500 x 500 px is 2.5e-8 of the mean.
RECURRENT_STAGE = Stage(2.5e-8, steps=60_000, title="network and CRF together")
UPSAMPLED = Variant(
    "upsampled", "The loss is computed for every pixel, an option of the release.", cell_px=0
)

RECIPES: Tuple[TrainingRecipe, ...] = (
    TrainingRecipe(
        name="yk_frontend",
        title="Front end from VGG-16",
        described_in=PAPER,
        sampling=FRONT_END,
        augmentation=MIRROR,
        optimizer=SGD,
        stages=(FRONT_STAGE,),
        cell_px=8,
        grown=(
            Growth("yk_frontend_crf", "yk_frontend"),
            Growth("yk_frontend_crfrnn", "yk_frontend", RECURRENT_STAGE),
        ),
        variants=(
            UPSAMPLED,
            Variant("lr", "The released rate, ten times lower.", stages=(SLOWER,)),
            Variant(
                "coco",
                "For the test server: VOC and COCO at two rates, then VOC alone.",
                stages=(
                    replace(FRONT_STAGE, steps=100_000, title="VOC and COCO"),
                    replace(SLOWER, steps=40_000, title="VOC and COCO"),
                    replace(FRONT_STAGE, learning_rate=1e-5, steps=50_000, title="VOC"),
                ),
            ),
        ),
    ),
    TrainingRecipe(
        name="yk_context",
        title="Context module on a frozen front end",
        described_in=PAPER,
        sampling=Sampling(batch=100, patch_px=(528, 528)),  # the release: 60 to 100
        augmentation=MIRROR,
        optimizer=SGD,
        stages=(FRONT_STAGE, CONTEXT_STAGE),
        cell_px=8,
        grown=(
            Growth("yk_context_basic_crf", "yk_context_basic"),
            Growth("yk_context_large_crf", "yk_context_large"),
            Growth("yk_context_basic_crfrnn", "yk_context_basic", RECURRENT_STAGE),
            Growth("yk_context_large_crfrnn", "yk_context_large", RECURRENT_STAGE),
        ),
        variants=(
            UPSAMPLED,
            Variant(
                "joint",
                "Both parts are trained together at the end, an option of the release.",
                sampling=FRONT_END,
                stages=(
                    FRONT_STAGE,
                    CONTEXT_STAGE,
                    replace(CONTEXT_STAGE, learning_rate=1e-5, frozen=(), title="both parts"),
                ),
            ),
        ),
    ),
)
