# SPDX-License-Identifier: GPL-2.0-or-later
"""The card of a bundled model: what exactly it was trained on and scored on."""

from __future__ import annotations

import platform
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import scipy
import torch

from ...protocol import ISPRS, ModelCard

if TYPE_CHECKING:
    from .rows import BundledModel

HONESTY = (
    " Trained on generated scenes only, never on real imagery; its scores are those on generated "
    "scenes it has not seen. Look at the result on your imagery, and fine-tune on your own "
    "annotations where it matters."
)


def card_of(
    row: BundledModel, scores: dict[str, float], *, step: int, threads: int, elapsed_s: float
) -> ModelCard:
    """Return the card of a model after some steps of training.

    Args:
        row: how the model is made.
        scores: on the scenes held out.
        step: how far training came.
        threads: of the processor.
        elapsed_s: time it took.
    """
    return ModelCard(
        name=row.name,
        title=row.title,
        summary=row.summary + HONESTY,
        architecture=row.architecture,
        options=row.options,
        legend=ISPRS,
        roles=row.roles,
        gsd_range_m=row.gsd_range_m,
        coarsest_image_m=row.coarsest_image_m,
        normalization=row.normalization,
        license="GPL-2.0-or-later",
        weights_sha256="",
        scores=scores,
        provenance={
            "command": f"python -m engine.training.bundled --name {row.name} --threads {threads}",
            "data": _data(row, step),
            "held_out": _held_out(row),
            "recipe": _recipe(row),
            "steps_done": f"{step} of {row.recipe.steps}",
            "seed": str(row.seed),
            "threads": str(threads),
            "training_time": f"{elapsed_s / 60:.0f} minutes with {threads} threads",
            "versions": (
                f"Python {platform.python_version()}, torch {torch.__version__}, "
                f"numpy {np.__version__}, scipy {scipy.__version__}"
            ),
        },
    )


def _data(row: BundledModel, step: int) -> str:
    views = row.pool_size + step // row.recipe.steps_per_view
    ground = "ground true (35 %), wrong (25 %) or estimated (40 %); " if row.wants_heights else ""
    return (
        f"{views} generated scenes of {row.scene_px} x {row.scene_px} px, seeds from "
        f"{row.first_seed}, GSD {row.gsd_range_m[0]:g} to {row.coarsest_image_m:g} m, the coarse "
        f"ones enlarged to {row.gsd_range_m[1]:g} m; light, cameras, height surveys and flaws "
        f"drawn from the ranges of `engine scene --help`; {ground}woody plants of 1 m and more are "
        "trees, but where a survey saw the ground through a crown, the ground counts; fields and "
        "bare soil are low vegetation, water and rails clutter"
    )


def _held_out(row: BundledModel) -> str:
    scenes = ", ".join(f"({seed}, {gsd_m:g})" for seed, gsd_m in row.held_out)
    estimated = "; dsm_only_: the ground was estimated from the DSM" if row.wants_heights else ""
    return (
        f"whole scenes of {row.held_out_px} px without flaws, (seed, GSD in m): {scenes}{estimated}"
    )


def _recipe(row: BundledModel) -> str:
    numbers = ", ".join(f"{key} {value}" for key, value in asdict(row.recipe).items())
    return (
        "AdamW, warm-up and cosine, averaged weights, eight dihedral turns, cross-entropy at "
        f"sampled cells of half the resolution: {numbers}"
    )
