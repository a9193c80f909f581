# SPDX-License-Identifier: GPL-2.0-or-later
"""Setup of a run: open scenes, card, plan, training patches and validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...datasets import doubts_about_counts, doubts_about_learned
from ...metrics import count_classes
from ...protocol import InputError, row_named
from ..class_weights import class_shares, class_weights
from ..scene_patches import ScenePatches
from .model import card_of
from .plan import patch_multiple_px, plan_run
from .training_scenes import open_training_scene, roles_for
from .validation import HeldOut, Validation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    import torch
    from torch import Tensor

    from ...datasets.split import Split
    from ...process.reporter import Reporter
    from ...protocol import ModelCard, TrainJob
    from ..processes import Processes
    from .model import TrainingTarget
    from .plan import TrainingPlan
    from .training_scenes import Source, TrainingScene


@dataclass(frozen=True)
class RunSetup:
    """Model, plan and data of a run.

    Args:
        card: card of the model to train.
        plan: plan of the run.
        training_patches: sources of training patches, one for each scene.
        validation: validation on the held-out parts; None without labels in held-out parts.
        class_weights: loss weight of each class, (C,) float32 on the device; None: all 1.
        splits: training and held-out part of each scene by its name; see `TrainingScene`.
    """

    card: ModelCard
    plan: TrainingPlan
    training_patches: tuple[ScenePatches, ...]
    validation: Validation | None
    class_weights: Tensor | None
    splits: dict[str, Split]


def open_training_scenes(
    job: TrainJob,
    target: TrainingTarget,
    sources: Sequence[Source],
    scratch: Path,
    files: ExitStack,
    on_progress: Callable[[float], None],
    warn: Callable[[str], None],
) -> tuple[TrainingScene, ...]:
    """Open all scenes of a job.

    Args:
        job: training job.
        target: model that the job trains.
        sources: sources of the scenes.
        scratch: folder for temporary files.
        files: exit stack that closes the scenes.
        on_progress: callback that receives the completed fraction; it may raise to cancel.
        warn: callback that receives warnings about the labels.

    Raises:
        InputError: if a file cannot be used.
    """
    card = card_of(job, target, roles_for(job, sources))
    start_architecture = target.start.card.architecture if target.start else ""
    least_px = patch_multiple_px(job, card.architecture, card.options, start_architecture)
    scenes = []
    for number, source in enumerate(sources):

        def report_progress(share: float, done: int = number) -> None:
            on_progress((done + share) / len(sources))

        folder = scratch / f"scene_{number}"
        scenes.append(
            open_training_scene(source, job, card, folder, files, report_progress, warn, least_px)
        )
    return tuple(scenes)


def prepare(
    job: TrainJob,
    target: TrainingTarget,
    scenes: Sequence[TrainingScene],
    processes: Processes,
    threads: int,
    reporter: Reporter,
) -> RunSetup:
    """Return model, plan and data of the run of a job.

    Args:
        job: training job.
        target: model that the job trains.
        scenes: open scenes of the job.
        processes: processes that share the work.
        threads: number of CPU threads.
        reporter: receiver of warnings.

    Raises:
        InputError: if a scene is too small, or early stopping lacks labels in the held-out parts.
    """
    roles = scenes[0].roles
    card = card_of(job, target, roles, [scene.gsd_m for scene in scenes])
    training_scenes = [scene for scene in scenes if scene.split.training.width]
    start_architecture = target.start.card.architecture if target.start else ""
    parts = [scene.split.training for scene in training_scenes]
    plan = plan_run(
        job, card.architecture, card.options, parts, start_architecture, processes.count
    )
    pretrained = row_named(card.architecture).pretrained
    if pretrained and target.start is None:
        reporter.warn(
            f"{card.title} is designed to start from {pretrained} weights but starts from random "
            "ones: expect lower scores than in its paper, or import them and start from that model."
        )
    patches = tuple(
        ScenePatches(each.scene, each.learned, each.split.training) for each in training_scenes
    )
    validation = _validation(job, card, scenes, processes.device, threads, reporter)
    weights = None
    if job.class_weights:
        weights = class_weights(class_shares(patches, len(card.legend))).to(processes.device)
    splits = {scene.name: scene.split for scene in scenes}
    return RunSetup(card, plan, patches, validation, weights, splits)


def _validation(
    job: TrainJob,
    card: ModelCard,
    scenes: Sequence[TrainingScene],
    device: torch.device,
    threads: int,
    reporter: Reporter,
) -> Validation | None:
    parts = [
        HeldOut(scene.scene, scene.truth, window)
        for scene in scenes
        for window in scene.scored_windows
    ]
    if parts:
        classes = len(card.legend)
        validation = [count_classes(each.truth[each.part.slices], classes) for each in parts]
        labeled = [count_classes(scene.truth, classes) for scene in scenes]
        training = [
            count_classes(each.learned[each.split.training.slices], classes) for each in scenes
        ]
        for doubt in (
            *doubts_about_counts(np.sum(validation, 0), card.legend, np.sum(labeled, 0)),
            *doubts_about_learned(np.sum(training, 0), card.legend, np.sum(labeled, 0)),
        ):
            reporter.warn(doubt)
        return Validation(parts, card, device, threads, reporter.raise_if_canceled)
    if job.patience:
        raise InputError(
            "No pixel of the held-out parts is labeled, so no score can show when to stop: "
            "leave patience out, or choose another validation_fraction."
        )
    if job.validation_fraction:
        reporter.warn("No pixel of the held-out parts is labeled, so the model gets no scores.")
    return None
