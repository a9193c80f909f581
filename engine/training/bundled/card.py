# SPDX-License-Identifier: GPL-2.0-or-later
"""Card of a bundled model, with the provenance of its training and its scores."""

from __future__ import annotations

import platform
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import scipy
import torch

from ...protocol import ISPRS, ModelCard
from ...synthetic import make_scene
from ...synthetic.layouts import LAYOUTS
from ...synthetic.trees import TREE_FROM_M
from ..degrade import GROUND_KINDS, GROUND_SHARES

if TYPE_CHECKING:
    from .model import BundledModel, BundledRun, Variant

KEPT_OF_EARLIER = (
    "command", "data", "generator", "initialized_from", "recipe", "steps_done", "seed", "threads",
    "training_time", "versions",
)  # fmt: skip
# By cards of runs without them.
UNMENTIONED = ("cells", "stopped_after", "half_precise", "given_back")
AVERAGED = "averaged on the way"
DISCLAIMER = (
    " Trained on generated scenes only, never on real imagery; its scores are those on generated "
    "scenes it has not seen. Look at the result on your imagery, and fine-tune on your own "
    "annotations where it matters."
)


class Effort(NamedTuple):
    """Effort of a training run so far.

    Args:
        step: number of completed steps.
        threads: number of CPU threads.
        elapsed_s: elapsed time in seconds.
    """

    step: int
    threads: int
    elapsed_s: float


def card_of(
    row: BundledModel,
    run: BundledRun,
    effort: Effort,
    scores: dict[str, float],
    origin: ModelCard | None = None,
    initialized_from: str = "",
) -> ModelCard:
    """Return the card of a model after some steps of training.

    Args:
        row: definition of the model.
        run: current training run.
        effort: effort of the run so far.
        scores: scores on the held-out scenes.
        origin: card of the weights that the run started from; None: random weights.
        initialized_from: model that part of the weights before the run are from; empty: none.
    """
    copied = {"initialized_from": initialized_from} if initialized_from else {}
    return ModelCard(
        name=row.name,
        title=row.title,
        summary=row.summary + DISCLAIMER,
        architecture=row.architecture,
        options=row.options,
        legend=ISPRS,
        roles=row.roles,
        gsd_range_m=row.gsd_range_m,
        finest_image_m=row.finest_image_m,
        coarsest_image_m=row.coarsest_image_m,
        enlarged_to_m=row.enlarged_to_m,
        ceilings_m=row.ceilings_m,
        averaged_turns=row.averaged_turns,
        normalization=row.normalization,
        license="GPL-2.0-or-later",
        weights_sha256="",
        scores=scores,
        provenance=_provenance(row, run, effort) | copied,
        earlier_runs=_earlier_runs(origin),
    )


def variant_card(card: ModelCard, variant: Variant, scores: dict[str, float]) -> ModelCard:
    """Return the card of a variant of a bundled model.

    Args:
        card: card of the model that it has the weights of.
        variant: definition of the variant.
        scores: scores of the variant on the held-out scenes.
    """
    return replace(
        card,
        name=variant.name,
        title=variant.title,
        summary=variant.summary + DISCLAIMER,
        averaged_turns=variant.averaged_turns,
        scores=scores,
        provenance={"weights_of": variant.weights_of, **card.provenance},
    )


def _provenance(row: BundledModel, run: BundledRun, effort: Effort) -> dict[str, str]:
    more = "" if row.refinements else f" --steps {row.settings.steps}"
    if run != row.runs[0]:
        more = " --only-refine"
    return {
        "command": (
            f"python -m engine.training.bundled --name {row.name} --threads {effort.threads}{more}"
        ),
        "date": datetime.now(UTC).date().isoformat(),
        "data": _data(row, run, effort.step),
        "held_out": _held_out(row),
        "generator": _generator(),
        "recipe": settings_text(run),
        "weights": AVERAGED,
        "steps_done": f"{effort.step} of {run.settings.steps}",
        "seed": str(run.seed),
        "threads": str(effort.threads),
        "training_time": f"{effort.elapsed_s / 60:.0f} minutes with {effort.threads} threads",
        "versions": (
            f"Python {platform.python_version()}, torch {torch.__version__}, "
            f"numpy {np.__version__}, scipy {scipy.__version__}"
        ),
    }


def _earlier_runs(origin: ModelCard | None) -> tuple[dict[str, str], ...]:
    """Return the provenance of the runs before one that starts with a model, the latest first."""
    if origin is None:
        return ()
    kept = {key: fact for key, fact in origin.provenance.items() if key in KEPT_OF_EARLIER}
    return ({**kept, "weights_sha256": origin.weights_sha256}, *origin.earlier_runs)


def _data(row: BundledModel, run: BundledRun, step: int) -> str:
    views = row.scene_count(run.settings, step)
    grounds = ", ".join(
        f"{kind} ({share:.0%})" for kind, share in zip(GROUND_KINDS, GROUND_SHARES, strict=True)
    )
    ground = f"ground {grounds}; " if row.wants_heights else ""
    met = (
        "where the height survey saw the ground through a crown, the ground counts, and where it "
        "saw a crown beyond its edge, the tree; "
    )
    return (
        f"{views} generated scenes, {row.scene_px} x {row.scene_px} px as seen, seeds from "
        f"{run.first_scene}, GSD {row.finest_image_m:g} to {row.coarsest_image_m:g} m"
        f"{_resampled(row)}; light, cameras, surveys and "
        f"flaws drawn from the ranges of `engine scene --help`; {ground}woody plants of "
        f"{TREE_FROM_M:g} m and "
        f"more are trees; {met if row.wants_heights else ''}fields, bare or not, are low "
        "vegetation, as is the bare ground of building sites; water and rails are clutter"
    )


def _resampled(row: BundledModel) -> str:
    kinds = (("fine", "reduced", row.finest_image_m), ("coarse", "enlarged", row.coarsest_image_m))
    return "".join(
        f", {kind} ones {done} to {row.input_gsd_m(gsd_m):.3g} m"
        for kind, done, gsd_m in kinds
        if row.input_gsd_m(gsd_m) != gsd_m
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
    """Return a description that identifies the version of the scene generator."""
    digest = sha256()
    for layout in LAYOUTS.values():
        scene = make_scene(0, 128, 0.3, layout=layout)
        for part in (scene.image, scene.dsm, scene.labels):
            digest.update(part.tobytes())
    lands = " and ".join(LAYOUTS)
    return f"make_scene(0, 128, 0.3) as {lands} has the SHA-256 {digest.hexdigest()[:16]}"


def settings_text(run: BundledRun) -> str:
    """Return a description of the settings of a run."""
    numbers = ", ".join(
        f"{key} {value}"
        for key, value in asdict(run.settings).items()
        if (value or key not in UNMENTIONED) and key != "layers_from"  # in `initialized_from`
    )
    pixels = "sampled cells of half the resolution" if run.settings.cells else "all pixels"
    return (
        "AdamW, warm-up and cosine, averaged weights, eight dihedral turns, cross-entropy at "
        f"{pixels}: {numbers}"
    )
