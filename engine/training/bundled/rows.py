# SPDX-License-Identifier: GPL-2.0-or-later
"""The bundled models."""

from __future__ import annotations

from functools import partial

from ...protocol import HEIGHT_ROLE, IMAGE_ROLES, Normalization
from .model import BundledModel, Variant
from .settings import RunSettings

HIGHEST_CAR_M = 3.5  # trucks included
# A network can start with the layers of another one only if their input is the same.
WITH_HEIGHTS = Normalization(
    stretch_together=True, balance_nir=True, height_knee_m=0.5, greenness=True
)
# What most runs have in common, unless they name another value.
half_precise_run = partial(
    RunSettings,
    patch_px=192,
    warm_steps=100,
    steps_per_view=2,
    averaging=0.998,
    half_precise=True,
)

ROWS = (
    BundledModel(
        name="default",
        title="Image and heights, recommended",
        summary="For an image and heights.",
        architecture="maggiori_mlp",
        options={},
        roles=(*IMAGE_ROLES, HEIGHT_ROLE),
        seed=20261128,
        enlarged_to_m=1 / 6,
        normalization=WITH_HEIGHTS,
        ceilings_m={"car": HIGHEST_CAR_M},
        averaged_turns=2,
        scene_px=512,
        settings=RunSettings(steps=4400, warm_steps=100, steps_per_view=1, averaging=0.998),
        bundled_at=(2200,),
        refinements=(
            RunSettings(
                steps=3000, warm_steps=50, learning_rate=1e-3, steps_per_view=1, averaging=0.998
            ),
            half_precise_run(steps=3000, learning_rate=2e-3, stopped_after=1000),
            half_precise_run(steps=1200, warm_steps=20, learning_rate=1.2e-3, averaging=0.995),
            half_precise_run(
                steps=500, warm_steps=20, learning_rate=8e-4, steps_per_view=1, averaging=0.99
            ),
            half_precise_run(steps=6500, learning_rate=2e-3),
            half_precise_run(steps=4800, learning_rate=1.5e-3),
            RunSettings(
                steps=700,
                patch_px=192,
                warm_steps=20,
                learning_rate=1.5e-3,
                steps_per_view=2,
                averaging=0.99,
            ),
            RunSettings(
                steps=4600,
                patch_px=192,
                cells=512,
                warm_steps=100,
                learning_rate=1.5e-3,
                steps_per_view=2,
                averaging=0.998,
            ),
            half_precise_run(steps=8000, learning_rate=2e-3, given_back=0.5),
            half_precise_run(
                steps=8000, learning_rate=2e-3, stopped_after=6000, layers_from="light"
            ),
            half_precise_run(steps=3500, learning_rate=1.5e-3, given_back=0.5),
            half_precise_run(
                steps=14000,
                learning_rate=2e-3,
                averaging=0.999,
                rarity=0.3,
                stopped_after=10000,
                given_back=0.2,
            ),
        ),
    ),
    BundledModel(
        name="light",
        title="Image and heights, fast",
        summary=(
            "For a quick look at an image and heights, in a sixth of the time of the recommended "
            "model."
        ),
        architecture="maggiori_skip",
        options={},
        roles=(*IMAGE_ROLES, HEIGHT_ROLE),
        seed=20261201,
        enlarged_to_m=1 / 6,
        normalization=WITH_HEIGHTS,
        ceilings_m={"car": HIGHEST_CAR_M},
        scene_px=512,
        first_seed=4_000_000,
        settings=half_precise_run(steps=9000, cells=0, learning_rate=2e-3, layers_from="default"),
        bundled_at=(1000, 4500),
        refinements=(
            half_precise_run(
                steps=2500, cells=0, warm_steps=60, learning_rate=1.5e-3, layers_from="default"
            ),
            half_precise_run(steps=10000, cells=0, learning_rate=2e-3, averaging=0.999, rarity=0.3),
        ),
    ),
    BundledModel(
        name="image_only",
        title="Image only, a sketch",
        summary=(
            "For images without any heights, as a sketch: parts of bare lots, dry slopes and "
            "parking lots come out as building, and some crowns as lawn."
        ),
        architecture="maggiori_mlp",
        options={},
        roles=IMAGE_ROLES,
        seed=20261130,
        gsd_range_m=(0.2, 0.6),
        finest_image_m=0.2,
        normalization=Normalization(stretch_together=True, balance_nir=True, greenness=True),
        scene_px=512,
        pool_size=32,
        settings=RunSettings(steps=1500, warm_steps=100, steps_per_view=3, averaging=0.995),
        bundled_at=(500, 1000),
        refinements=(
            half_precise_run(steps=3000, learning_rate=2e-3, stopped_after=2000),
            half_precise_run(steps=16000, learning_rate=2e-3, averaging=0.999, rarity=0.3),
        ),
    ),
)

VARIANTS = (
    Variant(
        name="accurate",
        title="Image and heights, most accurate",
        summary=(
            "For the best labels of an image and heights, in twice the time of the recommended "
            "model: the scores of four orientations of the image are averaged instead of two."
        ),
        weights_of="default",
        averaged_turns=4,
    ),
)
