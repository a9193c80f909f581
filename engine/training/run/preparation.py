# SPDX-License-Identifier: GPL-2.0-or-later
"""Preparation: from a job and its open scenes to everything that a run needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...datasets import doubts_about_counts, doubts_about_learned
from ...evaluation import count_classes
from ...protocol import InputError, row_named
from ..samples import balancing_weights
from ..scene_patches import ScenePatches
from .lessons import open_lesson, roles_for
from .model import card_of
from .plan import plan_run, stride_of
from .validation import HeldOut, Validation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack
    from pathlib import Path

    import torch
    from torch import Tensor

    from ...protocol import ModelCard, TrainJob
    from ...runtime.reporter import Reporter
    from ..processes import Processes
    from .lessons import Lesson, Source
    from .model import Aim
    from .plan import Plan

RARITY = 0.4  # of a class's share: 0 weighs all pixels alike, 1 all classes


@dataclass(frozen=True)
class Prepared:
    """What a run is about.

    Args:
        card: of the model to be.
        plan: of the run.
        learned: scenes to learn from.
        validation: of what is held out; None: nothing is, or nothing is known there.
        class_weights: (C,) float32 on the device, or None.
        held_out: what is held out of each scene, by its name; see `Lesson`.
    """

    card: ModelCard
    plan: Plan
    learned: tuple[ScenePatches, ...]
    validation: Validation | None
    class_weights: Tensor | None
    held_out: dict[str, str]


def open_lessons(
    job: TrainJob,
    aim: Aim,
    sources: Sequence[Source],
    scratch: Path,
    files: ExitStack,
    on_progress: Callable[[float], None],
    warn: Callable[[str], None],
) -> tuple[Lesson, ...]:
    """Open all scenes of a job.

    Args:
        job: what is asked.
        aim: of the job.
        sources: the scenes.
        scratch: folder for what has to be computed first.
        files: closes the scenes in the end.
        on_progress: called with fractions 0..1; may raise to stop.
        warn: called with sentences about the labels.

    Raises:
        InputError: a file cannot be used.
    """
    card = card_of(job, aim, roles_for(job, sources))
    behind = aim.start.card.architecture if aim.start else ""
    least_px = stride_of(job, card.architecture, card.options, behind)
    lessons = []
    for number, source in enumerate(sources):

        def say(share: float, done: int = number) -> None:
            on_progress((done + share) / len(sources))

        place = scratch / f"scene_{number}"
        lessons.append(open_lesson(source, job, card, place, files, say, warn, least_px))
    return tuple(lessons)


def prepare(
    job: TrainJob,
    aim: Aim,
    lessons: Sequence[Lesson],
    processes: Processes,
    threads: int,
    reporter: Reporter,
) -> Prepared:
    """Return what the run of a job is about.

    Args:
        job: what is asked.
        aim: of the job.
        lessons: its scenes.
        processes: who shares the work.
        threads: of the processor.
        reporter: hears what is not as one would like it.

    Raises:
        InputError: a scene is too small, or what is held out cannot tell when to stop.
    """
    roles = lessons[0].roles
    card = card_of(job, aim, roles, [lesson.gsd_m for lesson in lessons])
    learned = [lesson for lesson in lessons if lesson.learned.width]
    behind = aim.start.card.architecture if aim.start else ""
    parts = [lesson.learned for lesson in learned]
    plan = plan_run(job, card.architecture, card.options, parts, behind, processes.count)
    pretrained = row_named(card.architecture).pretrained
    if pretrained and aim.start is None:
        reporter.warn(
            f"{card.title} is meant to start from {pretrained} weights and starts from random "
            "ones: expect less than its paper reports, or import them and start from that model."
        )
    patches = tuple(ScenePatches(each.scene, each.truth, each.learned) for each in learned)
    validation = _validation(job, card, lessons, processes.device, threads, reporter)
    weights = _class_weights(patches, len(card.legend)) if job.class_weights else None
    on_device = None if weights is None else weights.to(processes.device)
    held_out = {lesson.name: lesson.held_out for lesson in lessons}
    return Prepared(card, plan, patches, validation, on_device, held_out)


def _validation(
    job: TrainJob,
    card: ModelCard,
    lessons: Sequence[Lesson],
    device: torch.device,
    threads: int,
    reporter: Reporter,
) -> Validation | None:
    parts = [
        HeldOut(lesson.scene, lesson.truth, lesson.scored)
        for lesson in lessons
        if lesson.scored.width and lesson.knows(lesson.scored)
    ]
    if parts:
        classes = len(card.legend)
        scored = [count_classes(each.truth[each.part.slices], classes) for each in parts]
        known = [count_classes(lesson.truth, classes) for lesson in lessons]
        learned = [count_classes(each.truth[each.learned.slices], classes) for each in lessons]
        for doubt in (
            *doubts_about_counts(np.sum(scored, 0), card.legend, np.sum(known, 0)),
            *doubts_about_learned(np.sum(learned, 0), card.legend, np.sum(known, 0)),
        ):
            reporter.warn(doubt)
        return Validation(parts, card, device, threads, reporter.raise_if_canceled)
    if job.patience:
        raise InputError(
            "No pixel is labeled in the part that is held out, so no score can show when to stop: "
            "leave patience out, or choose another validation_fraction."
        )
    if job.validation_fraction:
        reporter.warn(
            "No pixel is labeled in the part that is held out, so the model gets no scores."
        )
    return None


def _class_weights(scenes: Sequence[ScenePatches], classes: int) -> Tensor:
    counts = np.sum([count_classes(each.classes, classes) for each in scenes], 0)
    return balancing_weights(counts / counts.sum(), RARITY)
