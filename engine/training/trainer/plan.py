# SPDX-License-Identifier: GPL-2.0-or-later
"""Plan of a run: the settings of a recipe, adjusted by the job.

A run that is shorter or longer than its recipe is scaled: each stage keeps its share of the steps,
and its schedule is stretched or compressed to them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, lcm
from typing import TYPE_CHECKING

from ...protocol import TUNING_STEPS, InputError, row_named
from ..schedules import paced
from ..short_recipe import max_averaging

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...protocol import TrainingRecipe, TrainJob
    from ...protocol.catalog.recipes import Stage
    from ...tiling.window import Window

WHOLE_IMAGE_PX = 512  # edge of a patch for recipes on whole images: scenes are too large for that


@dataclass(frozen=True)
class PlannedStage:
    """Stage of a run.

    Args:
        stage: stage with its architecture, and a schedule scaled to its steps.
        recipe: recipe, adjusted by the job.
        steps: number of optimizer steps.
    """

    stage: Stage
    recipe: TrainingRecipe
    steps: int


@dataclass(frozen=True)
class TrainingPlan:
    """Plan of a run.

    Args:
        stages: stages in their order.
        validate_every: number of steps between two validations.
        processes: number of processes, each with its own batches.
        is_tuning: whether the number of steps is that of tuning the model to start from.
    """

    stages: tuple[PlannedStage, ...]
    validate_every: int
    processes: int = 1
    is_tuning: bool = False

    @property
    def steps(self) -> int:
        """Number of steps of all stages."""
        return sum(planned.steps for planned in self.stages)

    @property
    def patches(self) -> int:
        """Number of patches per step, over all processes."""
        return self.stages[0].recipe.sampling.images * self.processes

    @property
    def patch_px(self) -> tuple[int, int]:
        """Height and width of a patch in pixels."""
        patch_px = self.stages[0].recipe.sampling.patch_px
        if patch_px is None:
            raise ValueError("The recipe of a planned run must have a patch size.")
        return patch_px

    def steps_before(self, stage: int) -> int:
        """Return the number of steps of all stages before a stage."""
        return sum(planned.steps for planned in self.stages[:stage])


def plan_run(
    job: TrainJob,
    architecture: str,
    options: Mapping[str, str],
    parts: Sequence[Window],
    start_architecture: str = "",
    processes: int = 1,
) -> TrainingPlan:
    """Return the plan of a run.

    Args:
        job: training job.
        architecture: architecture of the model to train.
        options: options of the architecture.
        parts: training windows of the scenes.
        start_architecture: architecture of the model to start from, or empty; the
            stages up to it are left out.
        processes: number of processes.

    Raises:
        InputError: if a training window is smaller than the smallest patch.
    """
    recipe = job.recipe_for(architecture)
    stages = _remaining_stages(recipe.stages_for(architecture), start_architecture)
    stride_px = patch_multiple_px(job, architecture, options, start_architecture)
    recipe = _adjusted(recipe, job, _patch_px(job, recipe, stride_px, parts))
    patch_px = recipe.sampling.patch_px or (1, 1)
    area_px = sum(part.height * part.width for part in parts)
    patches = ceil(area_px / (patch_px[0] * patch_px[1]) / processes)  # per process
    recipe_steps = [stage.length(patches, recipe.sampling) for stage in stages]
    is_tuning = job.has_tuning_budget(architecture, start_architecture)
    total_steps = (
        job.steps
        or ceil(job.epochs * patches / recipe.sampling.images)
        or (TUNING_STEPS if is_tuning else sum(recipe_steps))
    )
    rate_factor = job.learning_rate / stages[-1].learning_rate if job.learning_rate else 1.0
    planned = tuple(
        PlannedStage(
            replace(
                stage,
                schedule=paced(stage.schedule, length / steps),
                learning_rate=stage.learning_rate * rate_factor,
            ),
            replace(recipe, averaging=min(recipe.averaging, max_averaging(steps))),
            steps,
        )
        for stage, length, steps in zip(
            stages, recipe_steps, _split_steps(total_steps, recipe_steps), strict=True
        )
    )
    every = ceil(sum(each.steps for each in planned) / job.validations)
    return TrainingPlan(planned, every, processes, is_tuning)


def patch_multiple_px(
    job: TrainJob, architecture: str, options: Mapping[str, str], start_architecture: str = ""
) -> int:
    """Return the number that patch sizes in pixels must be multiples of, for all stages."""
    strides_px = [
        row_named(stage.architecture)
        .geometry(options_of(stage.architecture, architecture, options))
        .stride_px
        for stage in _remaining_stages(
            job.recipe_for(architecture).stages_for(architecture), start_architecture
        )
    ]
    return lcm(*strides_px)


def _remaining_stages(stages: tuple[Stage, ...], start_architecture: str) -> tuple[Stage, ...]:
    """Return the stages after that of the start architecture, at least the last one."""
    done = [
        number for number, stage in enumerate(stages) if stage.architecture == start_architecture
    ]
    return stages[min(done[-1] + 1, len(stages) - 1) :] if done else stages


def _adjusted(recipe: TrainingRecipe, job: TrainJob, patch_px: tuple[int, int]) -> TrainingRecipe:
    sampling = replace(recipe.sampling, batch=job.batch or recipe.sampling.batch, patch_px=patch_px)
    averaging = recipe.averaging if job.averaging is None else job.averaging
    return replace(recipe, sampling=sampling, averaging=averaging)


def _patch_px(
    job: TrainJob, recipe: TrainingRecipe, stride_px: int, parts: Sequence[Window]
) -> tuple[int, int]:
    """Return height and width of a patch: multiples of the stride that fit into every part.

    A square patch stays square in a part that is narrower than it, because augmentation rotates
    patches, and rotated patches must fit into one batch.
    """
    edge_px = job.patch_px or WHOLE_IMAGE_PX
    wanted_px = (
        (edge_px, edge_px) if job.patch_px else recipe.sampling.patch_px or (edge_px, edge_px)
    )
    limits_px = min(part.height for part in parts), min(part.width for part in parts)
    if min(limits_px) < stride_px:
        raise InputError(
            f"A training part has {limits_px[1]} x {limits_px[0]} px, less than the "
            f"{stride_px} px that the architecture needs: choose a smaller validation_fraction, "
            "or larger images."
        )
    if wanted_px[0] == wanted_px[1]:
        limits_px = (min(limits_px), min(limits_px))
    rows, cols = (
        min(-(-length // stride_px), limit // stride_px) * stride_px
        for length, limit in zip(wanted_px, limits_px, strict=True)
    )
    return rows, cols


def options_of(architecture: str, target: str, options: Mapping[str, str]) -> dict[str, str]:
    """Return the options of an earlier stage whose weights fit the last stage.

    Args:
        architecture: architecture of the stage.
        target: architecture of the model to train.
        options: options of the target architecture.
    """
    settled = row_named(target).settled(options)
    if architecture == target:
        return settled
    known = {option.name: option.values for option in row_named(architecture).options}
    known["width"] = (settled["width"],)
    return {name: value for name, value in settled.items() if value in known.get(name, ())}


def _split_steps(steps: int, recipe_steps: Sequence[int]) -> list[int]:
    """Return the steps of each stage, in the proportions of the recipe.

    >>> _split_steps(100, [45_000, 30_000])
    [60, 40]
    """
    shares = [max(1, round(steps * length / sum(recipe_steps))) for length in recipe_steps]
    shares[-1] = max(1, steps - sum(shares[:-1]))
    return shares
