# SPDX-License-Identifier: GPL-2.0-or-later
"""Training scenes: open rasters, their labels and the train/validation split.

The scenes that a data set lists for validation are held out as a whole. Otherwise one side of each
scene is held out by a straight cut, or some blocks of it (see `datasets.split`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...datasets import (
    LAYOUTS,
    LabeledScene,
    labeled_scene,
    placed,
    read_classes,
    scenes_of_split,
)
from ...datasets.registry import layout_of
from ...datasets.split import Split, split_scene
from ...metrics import IGNORED
from ...protocol import HEIGHT_ROLE, IMAGE_ROLES, InputError
from ...raster.mosaic.inputs import with_mosaics
from ...raster.normalize import measure_band_ranges
from ...raster.reader import SceneSources, open_scene
from ...tiling.window import Window
from ..network_input import NetworkInput

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import ExitStack

    from ...protocol import ModelCard, TrainJob
    from ...raster.reader import SceneReader

ALL, NOTHING = "all", "nothing"  # held-out part of a scene that is not split


@dataclass(frozen=True)
class Source:
    """Source of a training scene.

    Args:
        scene: files of the scene.
        validation_fraction: fraction that is held out; 1: all of the scene.
    """

    scene: LabeledScene
    validation_fraction: float


@dataclass(frozen=True)
class TrainingScene:
    """Open training scene.

    Args:
        name: name of the scene.
        reader: the scene, open.
        scene: network input of the scene.
        truth: class indices in the legend (H, W) uint8, or `IGNORED`.
        learned: class indices to train on; `IGNORED` in held-out blocks and around them.
        split: windows to train on and to score. Its side is `ALL` or `NOTHING` if the scene is not
            split; then the training window or the held-out one is empty.
        gsd_m: GSD of the image in meters.
        roles: input channels of the scene.
    """

    name: str
    reader: SceneReader
    scene: NetworkInput
    truth: np.ndarray
    learned: np.ndarray
    split: Split
    gsd_m: float
    roles: tuple[str, ...]

    @property
    def scored_windows(self) -> tuple[Window, ...]:
        """Held-out windows with labeled pixels."""
        return tuple(each for each in self.split.held_out if _has_labels(self.truth, each))


def sources_of(job: TrainJob) -> tuple[Source, ...]:
    """Return the sources of the scenes of a job.

    Raises:
        InputError: if a data set or one of its files is missing.
    """
    if job.dataset == "none":
        scene = replace(labeled_scene(job), name=Path(job.image).name)
        return (Source(scene, job.validation_fraction),)
    splits = layout_of(job.dataset, job.root).splits
    training = scenes_of_split(job, "training" if "training" in splits else "all")
    if "training" not in splits or "validation" not in splits or not job.validation_fraction:
        return tuple(Source(scene, job.validation_fraction) for scene in training)
    validation = scenes_of_split(job, "validation")
    return (*(Source(each, 0.0) for each in training), *(Source(each, 1.0) for each in validation))


def roles_for(job: TrainJob, sources: Sequence[Source]) -> tuple[str, ...]:
    """Return the input channels that the scenes provide.

    Raises:
        InputError: if only some of the scenes have heights.
    """
    without_heights = [source.scene.name for source in sources if not source.scene.dsm]
    if job.without_heights or len(without_heights) == len(sources):
        return IMAGE_ROLES
    if without_heights:
        raise InputError(
            f"The scene '{without_heights[0]}' has no heights, but others have: add its "
            "DSM, or train without_heights."
        )
    return (*IMAGE_ROLES, HEIGHT_ROLE)


def open_training_scene(
    source: Source,
    job: TrainJob,
    card: ModelCard,
    scratch: Path,
    files: ExitStack,
    on_progress: Callable[[float], None],
    warn: Callable[[str], None],
    least_px: int,
) -> TrainingScene:
    """Open a scene with its heights and labels.

    Args:
        source: source of the scene.
        job: training job.
        card: card of the model to train, with its channels, classes and normalization.
        scratch: folder for temporary files; created here.
        files: exit stack that closes the scene.
        on_progress: callback that receives the completed fraction of estimating the ground; it may
            raise to cancel.
        warn: callback that receives warnings about the labels.
        least_px: minimum height and width that the training window should have.

    Raises:
        InputError: if a file cannot be used, or the training window has no labels.
    """
    scratch.mkdir()
    scene = with_mosaics(placed(source.scene, scratch), scratch).job
    sources = SceneSources.from_input(scene, card.roles, "The model to start from")
    reader = files.enter_context(open_scene(sources, scratch, on_progress))
    truth = read_classes(scene.truth, reader.grid, card.legend, warn)
    ignored = LAYOUTS[job.dataset].ignored if job.dataset in LAYOUTS else ""
    ignored_classes = [n for n, one in enumerate(card.legend.classes) if one.name == ignored]
    truth[np.isin(truth, ignored_classes)] = IGNORED
    ranges = measure_band_ranges(reader.survey, card.normalization)
    split = _split(truth, source.validation_fraction, len(card.legend), least_px)
    training_scene = TrainingScene(
        scene.name,
        reader,
        NetworkInput(reader, card.normalization, ranges),
        truth,
        split.learned(truth),
        split,
        reader.grid.gsd_m,
        card.roles,
    )
    if source.validation_fraction < 1 and not _has_labels(training_scene.learned, split.training):
        raise InputError(
            f"The labels of {scene.image} have no labeled pixel in the training part: choose a "
            "smaller validation_fraction, or labels that cover more of the image."
        )
    return training_scene


def _has_labels(classes: np.ndarray, window: Window) -> bool:
    return bool((classes[window.slices] != IGNORED).any())


def _split(truth: np.ndarray, fraction: float, classes: int, least_px: int) -> Split:
    height, width = truth.shape
    whole, nothing = Window(0, 0, height, width), Window(0, width, height, 0)
    if fraction == 0:
        return Split(NOTHING, whole, (nothing,))
    if fraction == 1:
        return Split(ALL, nothing, (whole,))
    return split_scene(truth, classes, fraction, least_px)
