# SPDX-License-Identifier: GPL-2.0-or-later
"""The card of a bundled model: what exactly it was trained on and scored on."""

from __future__ import annotations

import platform
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import scipy
import torch

from ...protocol import ISPRS, ModelCard
from ...scenes import make_scene
from ..degrade import GROUND_KINDS, GROUND_SHARES

if TYPE_CHECKING:
    from .rows import BundledModel

HONESTY = (
    " Trained on generated scenes only, never on real imagery; its scores are those on generated "
    "scenes it has not seen. Look at the result on your imagery, and fine-tune on your own "
    "annotations where it matters."
)


class Reached(NamedTuple):
    """How far training came.

    Args:
        stage: from 1.
        step: of that stage.
        threads: of the processor.
        elapsed_s: since that stage began.
    """

    stage: int
    step: int
    threads: int
    elapsed_s: float


def card_of(row: BundledModel, scores: dict[str, float], reached: Reached) -> ModelCard:
    """Return the card of a model on its way.

    Args:
        row: how the model is made.
        scores: on the scenes held out.
        reached: how far it came.
    """
    stage = row.stages[reached.stage - 1]
    threads = reached.threads
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
        enlarged_to_m=stage.enlarged_to_m,
        normalization=row.normalization,
        license="GPL-2.0-or-later",
        weights_sha256="",
        scores=scores,
        provenance={
            "command": (f"python -m engine.training.bundled --name {row.name} --threads {threads}"),
            "data": _data(row, reached),
            "held_out": _held_out(row),
            "generator": _generator(),
            "recipe": _recipe(row),
            "steps_done": f"{reached.step} of {stage.recipe.steps} of stage {reached.stage}",
            "seed": str(row.seed),
            "threads": str(threads),
            "training_time": (
                f"{reached.elapsed_s / 60:.0f} minutes for stage {reached.stage}, {threads} threads"
            ),
            "versions": (
                f"Python {platform.python_version()}, torch {torch.__version__}, "
                f"numpy {np.__version__}, scipy {scipy.__version__}"
            ),
        },
    )


def _data(row: BundledModel, reached: Reached) -> str:
    done = row.stages[: reached.stage]
    steps = [stage.recipe.steps for stage in done[:-1]] + [reached.step]
    shares = zip(steps, done, strict=True)
    views = sum(row.pool_size + n // stage.recipe.steps_per_view for n, stage in shares)
    seeds = " and ".join(str(stage.first_seed) for stage in done)
    enlarged = " and ".join(f"{stage.enlarged_to_m:.3g}" for stage in done)
    grounds = ", ".join(
        f"{kind} ({share:.0%})" for kind, share in zip(GROUND_KINDS, GROUND_SHARES, strict=True)
    )
    ground = f"ground {grounds}; " if row.wants_heights else ""
    met = "where the height survey saw the ground through a crown, the ground counts; "
    return (
        f"{views} generated scenes, {row.scene_px} x {row.scene_px} px as seen, seeds from "
        f"{seeds}, GSD {row.gsd_range_m[0]:g} to {row.coarsest_image_m:g} m, coarse ones "
        f"enlarged to {enlarged} m as labeling does it; light, cameras, surveys and "
        f"flaws drawn from the ranges of `engine scene --help`; {ground}woody plants of 1 m and "
        f"more are trees; {met if row.wants_heights else ''}fields, bare or not, are low "
        "vegetation; water, rails and building sites are clutter"
    )


def _held_out(row: BundledModel) -> str:
    scenes = ", ".join(f"({seed}, {gsd_m:g})" for seed, gsd_m in row.held_out)
    size = (
        f"whole scenes without flaws, {row.held_out_px} px as seen, scored on the pixels and by "
        "the labels that training uses, (seed, GSD in m)"
    )
    estimated = "; dsm_only_: the ground was estimated from the DSM" if row.wants_heights else ""
    return f"{size}: {scenes}{estimated}"


def _generator() -> str:
    """Return what tells one version of the generator of scenes from another."""
    scene = make_scene(0, 128, 0.3)
    digest = sha256(b"".join(part.tobytes() for part in (scene.image, scene.dsm, scene.labels)))
    return f"make_scene(0, 128, 0.3) has the SHA-256 {digest.hexdigest()[:16]}"


def _recipe(row: BundledModel) -> str:
    numbers = "; then ".join(
        ", ".join(f"{key} {value}" for key, value in asdict(stage.recipe).items())
        for stage in row.stages
    )
    return (
        "AdamW, warm-up and cosine, averaged weights, eight dihedral turns, cross-entropy at "
        f"sampled cells of half the resolution: {numbers}"
    )
