# SPDX-License-Identifier: GPL-2.0-or-later
"""Target model of a run: its architecture, the model to start from, and its card."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...models.bundle import load_bundle
from ...models.store import find_model
from ...outputs.report import versions
from ...protocol import ISPRS, InputError, JobError, ModelCard, Normalization, row_named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...models.bundle import Bundle
    from ...protocol import Legend, TrainJob
    from .plan import TrainingPlan
    from .progress import RunProgress


@dataclass(frozen=True)
class TrainingTarget:
    """Model to train, as far as the job and the model to start from define it.

    Args:
        architecture: name of the architecture in the catalog.
        options: options of the architecture.
        start: model to start from, or None.
    """

    architecture: str
    options: dict[str, str]
    start: Bundle | None


def target_of(job: TrainJob) -> TrainingTarget:
    """Return the model that a job trains.

    Raises:
        ModelError: if the model to start from cannot be used.
        JobError: if the architecture cannot be trained with these options or this recipe.
    """
    start = load_bundle(find_model(job.start)) if job.start else None
    architecture = job.architecture or (start.card.architecture if start else "")
    start_options = start.card.options if start and start.card.architecture == architecture else {}
    options = {**start_options, **job.chosen}
    try:
        row_named(architecture).settled(options)
        job.recipe_for(architecture)
    except ValueError as error:
        raise JobError(f"The architecture cannot be trained like this: {error}") from error
    return TrainingTarget(architecture, options, start)


def card_of(
    job: TrainJob, target: TrainingTarget, roles: tuple[str, ...], gsds_m: Sequence[float] = (1.0,)
) -> ModelCard:
    """Return the card of the model to train, without the results of the run.

    Args:
        job: training job.
        target: model that the job trains.
        roles: input channels that the scenes provide.
        gsds_m: GSD of each scene in meters.

    Raises:
        InputError: if the model to start from needs other input channels.
    """
    start = target.start.card if target.start else None
    if start is not None and set(start.roles) - set(roles):
        missing = ", ".join(sorted(set(start.roles) - set(roles)))
        raise InputError(
            f"The model to start from needs {missing}, which is not given: add it, or start from "
            "another model."
        )
    row = row_named(target.architecture)
    known = (*gsds_m, *(start.gsd_range_m if start else ()))
    return ModelCard(
        name=Path(job.output).name,
        title=job.title or row.title,
        summary="",
        architecture=target.architecture,
        legend=job.legend or _legend_of(start),
        roles=start.roles if start else roles,
        gsd_range_m=(min(known), max(known)),
        normalization=_normalization_of(target, start),
        license=job.license or "unknown",
        weights_sha256="",
        options=target.options,
        **_resampling_of(start, known),
    )


def _normalization_of(target: TrainingTarget, start: ModelCard | None) -> Normalization:
    """Return the normalization of the model to start from.

    Networks of another paper get a single height channel and no greenness: some require heights as
    their last channel, and no transferred weights depend on the others.
    """
    if start is None:
        return Normalization()
    if row_named(start.architecture).paper == row_named(target.architecture).paper:
        return start.normalization
    return replace(start.normalization, height_knee_m=0.0, greenness=False)


def _resampling_of(start: ModelCard | None, gsds_m: Sequence[float]) -> dict[str, Any]:
    """Return the resampling of the model to start from, as far as it goes beyond these GSDs."""
    kept: dict[str, Any] = {}
    if start is not None and 0 < start.finest_image_m < min(gsds_m):
        kept["finest_image_m"] = start.finest_image_m
    if start is not None and start.coarsest_image_m > max(gsds_m):
        kept["coarsest_image_m"] = start.coarsest_image_m
        kept["enlarged_to_m"] = start.enlarged_to_m
    return kept


def _legend_of(start: ModelCard | None) -> Legend:
    """Return the default legend: that of the start model unless its classes have no names."""
    if start is None or all(one.name.startswith("class_") for one in start.legend.classes):
        return ISPRS
    return start.legend


def described(
    card: ModelCard,
    job: TrainJob,
    target: TrainingTarget,
    plan: TrainingPlan,
    progress: RunProgress,
    scores: Mapping[str, float],
    facts: Mapping[str, str],
) -> ModelCard:
    """Return the card with the scores and the provenance of the run.

    Args:
        card: card of the model.
        job: training job.
        target: model that the job trains.
        plan: plan of the run.
        progress: progress at the end of the run.
        scores: scores on the held-out parts.
        facts: further entries of the provenance, by name.
    """
    recipe = job.recipe_for(card.architecture)
    start = f", from the model '{target.start.card.name}'" if target.start else ""
    done = progress.curve[-1]["step"] if progress.curve else plan.steps
    return replace(
        card,
        untrained=(),
        summary=f"Trained on {facts['scenes']} by {done} steps of {plan.patches} patches{start}.",
        scores=dict(scores),
        provenance={
            **facts,
            "date": datetime.now(UTC).date().isoformat(),
            "recipe": f"{recipe.name}: {recipe.title} ({recipe.described_in})"
            + (f", variants {', '.join(job.variants)}" if job.variants else ""),
            "stages": "; ".join(
                f"{each.stage.architecture}: {each.steps} steps, rate {each.stage.learning_rate:g}"
                for each in plan.stages
            ),
            "patches": f"{plan.patches} in a step, {plan.patch_px[1]} x {plan.patch_px[0]} px",
            "average": f"{plan.stages[-1].recipe.averaging:g} kept at each step",
            "start": f"{target.start.card.name}, sha256 {target.start.card.weights_sha256}"
            if target.start
            else "random weights",
            "scores": "of the held-out parts, labeled tile by tile" if scores else "none",
            "seed": str(job.seed),
            "training_time": f"{progress.seconds / 60:.1f} minutes",
            "versions": ", ".join(f"{name} {value}" for name, value in versions().items()),
        },
    )
